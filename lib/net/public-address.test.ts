import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AddressError, isAllowedHost, isPublicAddress, resolveAllowed } from './public-address.ts';

const at =
  (...addresses: string[]) =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? (6 as const) : (4 as const) }));

describe('a public address', () => {
  test.each([
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '192.0.0.192',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:10.0.0.1',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b::169.254.169.254',
    '64:ff9b:1::1',
    '2002:7f00:1::',
    '2001::1',
    '2001:db8::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fec0::1',
    'ff02::1',
    '100::1',
    'not an address',
    '',
  ])('is not %s', (address) => expect(isPublicAddress(address)).toBe(false));

  test.each([
    '1.1.1.1',
    '8.8.8.8',
    '140.82.121.3',
    '172.32.0.1',
    '100.128.0.1',
    '2606:4700:4700::1111',
    '2a00:1450:4001::1',
  ])('is %s', (address) => expect(isPublicAddress(address)).toBe(true));

  test('is never an IPv4 address inside IPv6 that is closed by itself', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        if (isPublicAddress(`::ffff:${address}`)) expect(isPublicAddress(address)).toBe(true);
      }),
    );
  });
});

describe('resolving a host that somebody typed', () => {
  test('answers with its addresses when all are public', async () => {
    expect(await resolveAllowed('git.example', [], at('140.82.121.3', '2606:50c0::1'))).toHaveLength(2);
  });

  test('refuses a host with one closed address among public ones, and names the setting', async () => {
    const refused = resolveAllowed('git.example', [], at('140.82.121.3', '10.0.0.4'));
    await expect(refused).rejects.toThrow(AddressError);
    await expect(refused).rejects.toThrow(/10\.0\.0\.4.*SLIPWAY_ALLOWED_HOSTS/);
  });

  test('refuses a closed address written as the host, bracketed or not', async () => {
    for (const host of ['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]'])
      await expect(resolveAllowed(host, [])).rejects.toThrow(AddressError);
  });

  test('lets a listed host be anywhere', async () => {
    expect(await resolveAllowed('git.corp.example', ['*.corp.example'], at('10.0.0.4'))).toEqual([
      { address: '10.0.0.4', family: 4 },
    ]);
  });

  test('says so when the name has no address', async () => {
    await expect(resolveAllowed('nowhere.example', [], at())).rejects.toThrow(
      /nowhere\.example has no address/,
    );
  });
});

describe('the list of allowed hosts', () => {
  test('takes exact names and everything below a starred domain, whatever the case', () => {
    const list = ['git.example', '*.Corp.example'];
    expect(isAllowedHost('GIT.example', list)).toBe(true);
    expect(isAllowedHost('git.example.', list)).toBe(true);
    expect(isAllowedHost('a.b.corp.example', list)).toBe(true);
    for (const host of ['corp.example', 'evilcorp.example', 'git.example.evil', 'xgit.example'])
      expect(isAllowedHost(host, list)).toBe(false);
  });
});
