import { describe, expect, it } from 'vitest';
import { ArgumentError } from '../shop/command-line.ts';
import { parseLoadArguments } from './arguments.ts';

function parsedUrl(url: string): string | undefined {
  return parseLoadArguments(['--url', url]).urls[0]?.href;
}

describe('load arguments', () => {
  it('an address is enough; everything else has a bounded default', () => {
    const parsed = parseLoadArguments(['--url', 'http://127.0.0.1:8080', '--seed', '1']);
    expect(parsed).toEqual({
      urls: [new URL('http://127.0.0.1:8080')],
      perSecond: 100,
      users: 2_000,
      secondsMax: 43_200,
      concurrencyMax: 256,
      seed: 1,
      verbose: false,
    });
  });

  it('loopback is accepted in all its forms, and localhost is pinned to 127.0.0.1', () => {
    expect(parsedUrl('http://localhost:81')).toBe('http://127.0.0.1:81/');
    expect(parsedUrl('http://127.8.9.10:81/')).toBe('http://127.8.9.10:81/');
    expect(parsedUrl('http://[::1]:81')).toBe('http://[::1]:81/');
  });

  it.each([
    ['another host', 'http://example.com', 'loopback addresses only'],
    ['a name that begins like loopback', 'http://127.0.0.1.example.com', 'loopback addresses only'],
    ['a name that ends like localhost', 'http://not-localhost:80', 'loopback addresses only'],
    ['an address of the network', 'http://10.0.0.1', 'loopback addresses only'],
    ['all interfaces', 'http://0.0.0.0:80', 'loopback addresses only'],
    ['a host hidden behind a user name', 'http://127.0.0.1@example.com', 'carries a user name'],
    ['encrypted http', 'https://127.0.0.1', 'is not plain http'],
    ['a path', 'http://127.0.0.1/shop', 'has a path'],
    ['something else', '127.0.0.1:80', 'is not a URL'],
  ])('%s is refused', (_name, url, message) => {
    expect(() => parsedUrl(url)).toThrow(ArgumentError);
    expect(() => parsedUrl(url)).toThrow(message);
  });

  it.each([
    ['no address', [], '--url: is missing'],
    [
      'too many addresses',
      Array.from({ length: 17 }, () => '--url=http://127.0.0.1:1'),
      '--url: use at most 16',
    ],
    ['no traffic', ['--url', 'http://[::1]', '--rps', '0'], '--rps: use a whole number from 1'],
    [
      'endless traffic',
      ['--url', 'http://[::1]', '--duration', '43201'],
      '--duration: use a whole number from 1 to 43200',
    ],
    ['a rate in words', ['--url', 'http://[::1]', '--rps', 'many'], '--rps: use a whole number'],
    ['an unknown option', ['--users-max', '3'], "'--users-max'"],
  ])('%s is refused by name and with the fix', (_name, args, message) => {
    expect(() => parseLoadArguments(args)).toThrow(message);
  });
});
