import { describe, expect, it } from 'vitest';
import { parseShopArguments } from './arguments.ts';
import { ArgumentError } from './command-line.ts';

const good = ['--version', '1.5.0-bad', '--track', 'canary'];

describe('shop arguments', () => {
  it('a catalogue version brings its behaviour along', () => {
    expect(parseShopArguments([...good, '--seed', '3'])).toEqual({
      version: '1.5.0-bad',
      track: 'canary',
      port: 0,
      behaviour: 'errors',
      seed: 3,
      pidFile: undefined,
    });
  });

  it('a behaviour given by hand wins, and lets any version run', () => {
    const args = [
      '--version',
      '9.9.9',
      '--track',
      'baseline',
      '--behaviour',
      'slow',
      '--pid-file',
      'shop.pid',
    ];
    expect(parseShopArguments(args)).toMatchObject({ behaviour: 'slow', pidFile: 'shop.pid' });
  });

  it.each([
    ['a missing version', ['--track', 'canary'], '--version: is missing'],
    ['a version that is no name', ['--version', '../x', '--track', 'canary'], '--version: use up to 64'],
    ['an unknown version', ['--version', '9.9.9', '--track', 'canary'], 'not in the catalogue (1.3.0,'],
    ['a missing track', ['--version', '1.4.0'], '--track: is missing or unknown; use canary or baseline'],
    ['an unknown track', ['--version', '1.4.0', '--track', 'blue'], '--track: is missing or unknown'],
    ['an unknown behaviour', [...good, '--behaviour', 'odd'], '--behaviour: is unknown; use healthy, errors'],
    ['a port out of range', [...good, '--port', '65536'], '--port: use a whole number from 0 to 65535'],
    ['a port that is no number', [...good, '--port', '1e3'], '--port: use a whole number'],
    ['a negative seed', [...good, '--seed=-1'], '--seed: use a whole number'],
    ['an unknown option', [...good, '--prot', '1'], "'--prot'"],
  ])('%s is refused by name and with the fix', (_name, args, message) => {
    expect(() => parseShopArguments(args)).toThrow(ArgumentError);
    expect(() => parseShopArguments(args)).toThrow(message);
  });
});
