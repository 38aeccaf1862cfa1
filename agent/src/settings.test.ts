import { describe, expect, it } from 'vitest';
import { readSettings } from './settings.ts';

const flags = { server: 'https://slipway.example', cluster: 'eu-west', state: '/var/lib/slipway' };

describe('the settings of an agent', () => {
  it('allow only this host when nothing is listed', () => {
    expect(readSettings(null, flags)).toEqual({
      server: 'https://slipway.example',
      cluster: 'eu-west',
      token: null,
      stateDir: '/var/lib/slipway',
      allow: 'local',
      logLevel: 'info',
    });
  });

  it('take the file, and a flag before it', () => {
    const yaml =
      'server: http://a\ncluster: b\nstate: /c\nlog: debug\nallow: { urls: ["http://10.0.0.5:9090"] }\n';
    const settings = readSettings(yaml, { cluster: 'flagged', token: undefined });
    expect(settings).toMatchObject({ server: 'http://a', cluster: 'flagged', logLevel: 'debug' });
    expect(settings.allow).toEqual({
      haproxySockets: [],
      urls: ['http://10.0.0.5:9090'],
      commands: {},
      files: [],
    });
  });

  it('take lists of addresses from flags beside the commands of the file', () => {
    const yaml =
      'allow: { commands: { shop: { start: { argv: [a] }, stop: { argv: [a] }, check: { argv: [a] } } } }';
    const settings = readSettings(yaml, { ...flags, allow: { urls: ['http://x'], files: undefined } });
    expect(settings.allow).toMatchObject({
      urls: ['http://x'],
      files: [],
      commands: { shop: { start: { argv: ['a'] } } },
    });
  });

  it.each([
    [
      'an unknown key',
      'allow: { haproxySocket: [/run/h] }',
      /config\.allow\.haproxySocket: .*did you mean "haproxySockets"/,
    ],
    ['an unknown key at the top', 'clutser: x', /config\.clutser: .*did you mean "cluster"/],
    ['a wrong type', 'allow: { urls: all }', /config\.allow\.urls: /],
    ['an address without scheme', 'server: slipway.example', /config\.server: write the http/],
    ['an alias', 'state: &a /x\ncluster: *a', /config: .*alias/i],
    ['a doubled key', 'cluster: a\ncluster: b', /config: .*dup/i],
    ['a list for a document', '- a', /config/],
  ])('refuse %s with its path', (_, yaml, words) => {
    expect(() => readSettings(yaml, flags)).toThrow(words);
  });

  it('name everything that is missing at once', () => {
    expect(() => readSettings(null, { server: 'http://a' })).toThrow(
      /cluster: is missing.*state: is missing/,
    );
  });
});
