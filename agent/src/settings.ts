import { load } from 'js-yaml';
import { z } from 'zod';
import type { Allow } from './allow.ts';
import { closest } from './closest.ts';
import { type LogLevel, textOf } from './log.ts';

/** The agent's settings are wrong; every line names the field and the fix. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

export type Settings = {
  server: string;
  cluster: string;
  /** Needed only until the state directory holds an enrolled key. */
  token: string | null;
  stateDir: string;
  allow: Allow;
  logLevel: LogLevel;
};

const list = z.array(z.string().min(1)).default([]);
const fileSchema = z.strictObject({
  server: z
    .url({ protocol: /^https?$/, error: 'must be the http(s) address of the Slipway server' })
    .optional(),
  cluster: z.string().min(1).optional(),
  token: z.string().optional(),
  state: z.string().min(1).optional(),
  allow: z.strictObject({ haproxySockets: list, urls: list, commands: list }).optional(),
  log: z.enum(['debug', 'info', 'warn', 'error']).optional(),
});
export type SettingsInput = z.input<typeof fileSchema>;

/**
 * Settings from the YAML text of `--config` and the flags, flags first. Throws `SettingsError` listing all
 * that is wrong: unknown keys with "did you mean", missing fields by name.
 */
export function readSettings(yaml: string | null, flags: SettingsInput): Settings {
  const file = yaml === null ? {} : parse(parseYaml(yaml), 'config');
  const merged = { ...file, ...parse(withoutUndefined(flags), 'flags') };
  const missing = (['server', 'cluster', 'state'] as const).filter((key) => merged[key] === undefined);
  if (missing.length > 0) {
    throw new SettingsError(
      missing.map((key) => `${key}: missing, give --${key} or ${key}: in --config`).join('\n'),
    );
  }
  const { server = '', cluster = '', state = '' } = merged;
  return {
    server,
    cluster,
    stateDir: state,
    token: merged.token ?? null,
    allow: merged.allow ?? 'local',
    logLevel: merged.log ?? 'info',
  };
}

function parseYaml(text: string): unknown {
  if (text.length > 262_144) throw new SettingsError('config: larger than 256 KB');
  try {
    return load(text, { maxAliases: 0 }) ?? {};
  } catch (error) {
    throw new SettingsError(`config: ${textOf(error)}`);
  }
}

function parse(value: unknown, where: string): z.output<typeof fileSchema> {
  const parsed = fileSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new SettingsError(parsed.error.issues.flatMap((issue) => issueLines(issue, where)).join('\n'));
}

const KEYS = ['server', 'cluster', 'token', 'state', 'allow', 'log'];
const ALLOW_KEYS = ['haproxySockets', 'urls', 'commands'];

function issueLines(issue: z.core.$ZodIssue, where: string): string[] {
  const path = issue.path.map(String).join('.');
  if (issue.code !== 'unrecognized_keys') return [`${path || where}: ${issue.message}`];
  return issue.keys.map((key) => {
    const known = path === 'allow' ? ALLOW_KEYS : KEYS;
    const guess = closest(key, known);
    const hint = guess === null ? `known are ${known.join(', ')}` : `did you mean ${guess}?`;
    return `${path === '' ? key : `${path}.${key}`}: unknown key, ${hint}`;
  });
}

function withoutUndefined(flags: SettingsInput): SettingsInput {
  return Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
}
