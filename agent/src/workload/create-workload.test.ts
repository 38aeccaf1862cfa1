import { describe, expect, it } from 'vitest';
import { parseAllowedCommands } from './allowed-commands.ts';
import { createWorkload } from './create-workload.ts';

const command = { argv: ['true'] };
const shop = { start: command, stop: command, check: command };
const allowed = parseAllowedCommands({ shop });
const signal = AbortSignal.timeout(5_000);

describe('a workload', () => {
  it('is nobody’s business with driver none', async () => {
    const workload = createWorkload({ driver: 'none' }, allowed);
    expect(workload.managed).toBe(false);
    await workload.ensure('canary', { version: '1', digest: '' }, signal);
    await workload.stop('canary', signal);
    expect(await workload.state('canary', signal)).toBeNull();
    await workload.close();
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['no driver', {}, 'workload.driver: is missing; name one of none, shell'],
    [
      'an unknown driver',
      { driver: 'shel' },
      'workload.driver: "shel" is not a workload driver; did you mean "shell"?',
    ],
    ['no unit', { driver: 'shell' }, 'workload.unit: name a unit of allow.commands'],
    [
      'a unit that is not listed',
      { driver: 'shell', unit: 'shp' },
      `workload.unit: "shp" is not a unit of allow.commands in the agent's own configuration; did you mean "shop"?`,
    ],
    [
      'a unit of the language',
      { driver: 'shell', unit: 'constructor' },
      'workload.unit: "constructor" is not a unit',
    ],
    [
      'a command from the server',
      { driver: 'shell', unit: 'shop', start: { argv: ['rm'] } },
      'workload.start: is not a known key',
    ],
    ['settings of none', { driver: 'none', unit: 'shop' }, 'workload.unit: is not a known key'],
  ])('is refused with %s', (_, config, message) => {
    expect(() => createWorkload(config, allowed)).toThrow(message);
  });

  it('is refused when the owner listed nothing', () => {
    expect(() => createWorkload({ driver: 'shell', unit: 'shop' }, parseAllowedCommands(undefined))).toThrow(
      'it lists none; add the unit there',
    );
  });
});

describe('the commands an owner allows', () => {
  const withStart = (start: unknown) => ({ shop: { ...shop, start } });
  it.each<[string, unknown, string]>([
    [
      'an unknown key',
      withStart({ argv: ['x'], timeoutSecond: 1 }),
      'allow.commands.shop.start.timeoutSecond: is not a known key; did you mean "timeoutSeconds"?',
    ],
    ['no arguments', withStart({}), 'allow.commands.shop.start.argv: list the program and its arguments'],
    [
      'one line instead of a list',
      withStart({ argv: 'run --fast' }),
      'allow.commands.shop.start.argv: list the program',
    ],
    ['no program', withStart({ argv: [] }), 'allow.commands.shop.start.argv: name the program'],
    [
      'a program that the server would choose',
      withStart({ argv: ['/opt/{version}/run'] }),
      'allow.commands.shop.start.argv: the program itself must be fixed',
    ],
    [
      'an unknown placeholder',
      withStart({ argv: ['x', '{versoin}'] }),
      'allow.commands.shop.start.argv[1]: {versoin} is not a placeholder; did you mean "version"?',
    ],
    [
      'a version for stop',
      { shop: { ...shop, stop: { argv: ['x', '{version}'] } } },
      'allow.commands.shop.stop.argv: may only use {track}',
    ],
    ['no check', { shop: { start: command, stop: command } }, 'allow.commands.shop.check: '],
    [
      'an endless timeout',
      withStart({ argv: ['x'], timeoutSeconds: 1e9 }),
      'allow.commands.shop.start.timeoutSeconds: ',
    ],
    ['a NUL character', withStart({ argv: ['x', '\0'] }), 'must not hold a NUL character'],
    [
      'a relative directory',
      withStart({ argv: ['x'], directory: 'here' }),
      'allow.commands.shop.start.directory: write an absolute path',
    ],
    ['a list', ['x'], 'allow.commands: '],
  ])('are refused with %s, naming field and fix', (_, value, message) => {
    expect(() => parseAllowedCommands(value)).toThrow(message);
  });
});
