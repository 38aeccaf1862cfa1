/**
 * What an agent's owner lets it run, `allow.commands` of the agent's own configuration:
 * `{ shop: { start: { argv: ['node', 'shop.js', '--version', '{version}'] }, stop: {...}, check: {...}, status: {...} } }`.
 */
import { z } from 'zod';
import { didYouMean, parseConfig } from '../config-error.ts';
import { PLACEHOLDERS, placeholdersIn } from './shell/render-arguments.ts';

/** Reads `allow.commands`; throws `ConfigError` with paths below it. */
export const parseAllowedCommands = (value: unknown): AllowedCommands =>
  parseConfig(allowedCommandsSchema, value ?? {}, 'allow.commands');

const argument = z
  .string({ error: 'write one text per argument' })
  .max(4_000)
  .refine((text) => !text.includes('\0'), 'must not hold a NUL character')
  .superRefine((text, context) => {
    for (const name of placeholdersIn(text)) {
      if (PLACEHOLDERS.some((known) => known === name)) continue;
      const message = `{${name}} is not a placeholder; ${didYouMean(name, PLACEHOLDERS)}`;
      context.issues.push({ code: 'custom', message, input: text });
    }
  });

const command = z.strictObject({
  /** Program and arguments; no shell reads them. `{version} {digest} {track} {previousVersion}` are replaced in arguments. */
  argv: z
    .array(argument, { error: 'list the program and its arguments' })
    .min(1, 'name the program')
    .max(200)
    .refine((argv) => argv[0] !== '', 'name the program')
    .refine(
      (argv) => placeholdersIn(argv[0] ?? '').length === 0,
      'the program itself must be fixed; use placeholders in its arguments',
    ),
  /** After this the command and all its children in its process group are ended. For `check`: the time in which it must pass. */
  timeoutSeconds: z.number().min(0.1).max(3_600).default(60),
  /** Working directory; the agent's own when left out. */
  directory: z.string().startsWith('/', 'write an absolute path').optional(),
  /** Added to the fixed environment (PATH, HOME, LANG); the agent's own environment is never passed on. */
  environment: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string()).default({}),
});

/** Whoever asks what runs, or ends it, knows the place only. */
const commandOfTrack = command.refine(
  ({ argv }) => argv.every((text) => placeholdersIn(text).every((name) => name === 'track')),
  { message: 'may only use {track}; which version runs there is not known beforehand', path: ['argv'] },
);

const unit = z.strictObject({
  /** Makes the version run on the track in place of what runs there; may leave a daemon behind and must then exit 0. */
  start: command,
  /** Stops what runs on the track; exits 0 when nothing does. */
  stop: commandOfTrack,
  /** Exits 0 when the version is up and ready on the track; asked again and again after `start`. */
  check: command,
  /** Prints `{"version":"…","digest":"…","healthy":true}` of what runs on the track, or `null`. */
  status: commandOfTrack.optional(),
});

export const allowedCommandsSchema = z.record(
  z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/, 'name a unit with letters, digits and . _ -'),
  unit,
);
export type AllowedCommands = z.output<typeof allowedCommandsSchema>;
export type UnitCommands = AllowedCommands[string];
export type Command = UnitCommands['start'];
