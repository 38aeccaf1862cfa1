import type { AllowedCommands } from './workload/allowed-commands.ts';

/**
 * What this agent may touch, decided by its owner alone: target documents come from the server and are checked
 * against this list, entry by entry, before anything is opened.
 */
export type AllowList = {
  /** `unix:/path` or `tcp:host:port`; a bare path means `unix:`. */
  haproxySockets: readonly string[];
  /** Origins with an optional path prefix, such as `http://10.0.0.5:9090` or `http://shop:8080/metrics`. */
  urls: readonly string[];
  /** What may be run: units by name, each with its commands. A target document can only name a unit. */
  commands: AllowedCommands;
  /** Files a metric source may read, such as a bearer token, by their exact path. */
  files: readonly string[];
};

/** `local`: nothing was listed, so loopback addresses and Unix sockets of this host, and no commands. */
export type Allow = AllowList | 'local';

/** Why `address` may not be opened, with the fix; null when it may. Addresses: `unix:`, `tcp:`, `http(s):`. */
export function refuseAddress(allow: Allow, address: string): string | null {
  const permitted = allow === 'local' ? isLocal(address) : isListed(allow, address);
  if (permitted) return null;
  const place = /^https?:/.test(address)
    ? ['urls', '--allow-url']
    : ['haproxySockets', '--allow-haproxy-socket'];
  return `${address} is not on this agent's allow list: its owner can add it under allow.${place[0]} in the agent's config (or with ${place[1]})`;
}

/** Why `file` may not be read; null when it may. Nothing is readable unless it is listed, local or not. */
export function refuseFile(allow: Allow, file: string): string | null {
  if (allow !== 'local' && allow.files.includes(file)) return null;
  return `${file} is not on this agent's allow list: its owner can add it under allow.files in the agent's config`;
}

/** The units a workload may run. */
export function allowedCommands(allow: Allow): AllowedCommands {
  return allow === 'local' ? {} : allow.commands;
}

function isLocal(address: string): boolean {
  if (address.startsWith('unix:')) return true;
  if (!/^(tcp:|https?:)/.test(address)) return false;
  const host = hostOf(address);
  if (host === null) return false;
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function isListed(allow: AllowList, address: string): boolean {
  if (!/^https?:/.test(address)) {
    return allow.haproxySockets.some((entry) => socketName(entry) === socketName(address));
  }
  return allow.urls.some((entry) => covers(entry, address));
}

/** Same origin, and the path at or below the entry's: `/metrics` covers `/metrics/x`, not `/metricsx`. */
function covers(entry: string, address: string): boolean {
  const listed = parseUrl(entry);
  const asked = parseUrl(address);
  if (listed === null || asked === null || listed.origin !== asked.origin) return false;
  if (asked.username !== '' || asked.password !== '') return false;
  const prefix = listed.pathname.replace(/\/+$/, '');
  return asked.pathname === prefix || asked.pathname.startsWith(`${prefix}/`);
}

function socketName(entry: string): string {
  return /^(unix|tcp):/.test(entry) ? entry : `unix:${entry}`;
}

function hostOf(address: string): string | null {
  const url = parseUrl(address.startsWith('tcp:') ? `http://${address.slice(4)}` : address);
  return url === null ? null : url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
}

function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
