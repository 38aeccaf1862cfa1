import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type BehaviourName, behaviourNames } from './behaviour.ts';
import { ArgumentError, checkOptions, wholeNumber } from './command-line.ts';
import { findShopVersion, shopVersions } from './versions.ts';

export const shopUsage = `Usage: node --import tsx demo/shop/main.ts --version VERSION --track canary|baseline
         [--port PORT] [--behaviour ${behaviourNames.join('|')}] [--seed N] [--pid-file FILE]
  --port       0 (the default) takes a free one; the shop listens on 127.0.0.1 only
  --behaviour  defaults to that of the version; known versions: ${shopVersions.map(({ version }) => version).join(', ')}
  --seed       repeats the luck of an earlier start
  --pid-file   holds the process id while the shop is up`;

const optionsSchema = z.object({
  version: z
    .string({ error: 'is missing; name the version to run, e.g. --version 1.4.0' })
    .regex(/^[0-9A-Za-z][0-9A-Za-z.+-]{0,63}$/, 'use up to 64 letters, digits, dots, plus and minus'),
  track: z.enum(['canary', 'baseline'], { error: 'is missing or unknown; use canary or baseline' }),
  port: wholeNumber(0, 65_535).default(0),
  behaviour: z.enum(behaviourNames, { error: `is unknown; use ${behaviourNames.join(', ')}` }).optional(),
  seed: wholeNumber(0, 2 ** 32 - 1).default(() => randomInt(2 ** 32 - 1)),
  'pid-file': z.string().min(1, 'name a file').optional(),
});

export type ShopArguments = Omit<z.infer<typeof optionsSchema>, 'behaviour' | 'pid-file'> & {
  behaviour: BehaviourName;
  pidFile: string | undefined;
};

/** Reads the shop's command line. Throws `ArgumentError`. */
export function parseShopArguments(args: string[]): ShopArguments {
  const text = { type: 'string' } as const;
  const options = { version: text, track: text, port: text, behaviour: text, seed: text, 'pid-file': text };
  const { 'pid-file': pidFile, ...rest } = checkOptions(
    optionsSchema,
    () => parseArgs({ args, options }).values,
  );
  const behaviour = rest.behaviour ?? findShopVersion(rest.version)?.behaviour;
  if (behaviour !== undefined) return { ...rest, behaviour, pidFile };
  const known = shopVersions.map(({ version }) => version).join(', ');
  throw new ArgumentError(`--version ${rest.version} is not in the catalogue (${known}); add --behaviour`);
}
