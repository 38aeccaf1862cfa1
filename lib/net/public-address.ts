/** Addresses that people type may only lead where this server is meant to go: out, or to hosts its owner listed. */
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

export type ResolvedAddress = { address: string; family: 4 | 6 };
export type Resolve = (host: string) => Promise<readonly ResolvedAddress[]>;

/** Why an address is not opened; `message` names the fix. */
export class AddressError extends Error {
  override readonly name = 'AddressError';
}

/**
 * Every address that `host` has now, each of them public. A host of `allowedHosts` may have any. Connect to one of
 * the answers, never to the name again: a second look-up may say something else. Throws `AddressError`.
 */
export const resolveAllowed = async (
  host: string,
  allowedHosts: readonly string[],
  resolve: Resolve = resolveByName,
): Promise<readonly ResolvedAddress[]> => {
  const bare = host.replace(/^\[|\]$/g, '');
  const family = isIP(bare);
  const found =
    family === 0
      ? await resolveOrExplain(bare, resolve)
      : [{ address: bare, family: family === 4 ? 4 : 6 } as const];
  if (isAllowedHost(bare, allowedHosts)) return found;
  const closed = found.find(({ address }) => !isPublicAddress(address));
  if (closed === undefined) return found;
  throw new AddressError(
    `${closed.address === bare ? bare : `${bare} is at ${closed.address}, which`} is not a public address; if it is meant, add ${bare} to SLIPWAY_ALLOWED_HOSTS`,
  );
};

/** True when `host` is listed, or is below a listed `*.domain`. Upper and lower case are the same. */
export const isAllowedHost = (host: string, allowedHosts: readonly string[]): boolean => {
  const name = host.toLowerCase().replace(/\.$/, '');
  return allowedHosts.some((entry) => {
    const allowed = entry.toLowerCase();
    return allowed.startsWith('*.') ? name.endsWith(allowed.slice(1)) : name === allowed;
  });
};

/**
 * True for an address that anybody on the internet may have: not this host, a private or carrier's network, link-local
 * (where clouds answer with credentials), multicast, documentation, or an IPv4 address of those wrapped into IPv6.
 */
export const isPublicAddress = (address: string): boolean => {
  const family = isIP(address);
  if (family === 4) return !CLOSED.check(address, 'ipv4');
  if (family !== 6) return false;
  // Only what is handed out to the world at all; the wrapped forms below it are taken apart by the list.
  return GLOBAL_UNICAST.check(address, 'ipv6') && !CLOSED.check(address, 'ipv6');
};

const closedIpv4: readonly [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/** Inside 2000::/3: Teredo and other protocol assignments, documentation, 6to4, SRv6. */
const closedIpv6: readonly [string, number][] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3ffe::', 16],
  ['3fff::', 20],
];

const CLOSED = new BlockList();
for (const [net, prefix] of closedIpv4) CLOSED.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of closedIpv6) CLOSED.addSubnet(net, prefix, 'ipv6');

const GLOBAL_UNICAST = new BlockList();
GLOBAL_UNICAST.addSubnet('2000::', 3, 'ipv6');

const resolveByName: Resolve = async (host) =>
  (await lookup(host, { all: true })).map(({ address, family }) => ({
    address,
    family: family === 6 ? 6 : 4,
  }));

const resolveOrExplain = async (host: string, resolve: Resolve): Promise<readonly ResolvedAddress[]> => {
  const found = await resolve(host).catch(() => []);
  if (found.length > 0) return found;
  throw new AddressError(`${host} has no address; check the name`);
};
