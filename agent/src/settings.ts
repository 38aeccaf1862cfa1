import { load } from 'js-yaml';
import { z } from 'zod';
import type { Allow } from './allow.ts';
import { ConfigError, parseConfig } from './config-error.ts';
import { type LogLevel, textOf } from './log.ts';
import { allowedCommandsSchema } from './workload/allowed-commands.ts';

export type Settings = {
  server: string;
  cluster: string;
  /** Needed only until the state directory holds an enrolled key. */
  token: string | null;
  stateDir: string;
  allow: Allow;
  logLevel: LogLevel;
};

const list = z.array(z.string().min(1)).optional();
const fileSchema = z.strictObject({
  server: z
    .url({ protocol: /^https?$/, error: 'write the http(s) address of the Slipway server' })
    .optional(),
  cluster: z.string().min(1).optional(),
  token: z.string().min(1).optional(),
  state: z.string().min(1).optional(),
  allow: z
    .strictObject({
      haproxySockets: list,
      urls: list,
      files: list,
      commands: allowedCommandsSchema.optional(),
    })
    .optional(),
  log: z.enum(['debug', 'info', 'warn', 'error']).optional(),
});

/** The flags of `slipway agent run`, as far as they are given. */
export type Flags = { [K in keyof z.input<typeof fileSchema>]?: unknown };

/**
 * Settings from the YAML text of `--config` and the flags, flags first, list by list within `allow`. Throws `ConfigError`: unknown keys with
 * "did you mean", wrong values by path, missing ones by name.
 */
export function readSettings(yaml: string | null, flags: Flags): Settings {
  const file = yaml === null ? {} : parseConfig(fileSchema, parseYaml(yaml), 'config');
  const given = parseConfig(fileSchema, withoutUndefined(flags), 'flags');
  const { server, cluster, state, token, log } = { ...file, ...given };
  if (server === undefined || cluster === undefined || state === undefined) {
    const missing = Object.entries({ server, cluster, state }).filter(([, value]) => value === undefined);
    throw new ConfigError(
      missing.map(([path]) => ({ path, message: `is missing; give --${path}, or ${path}: in --config` })),
    );
  }
  return {
    server,
    cluster,
    stateDir: state,
    token: token ?? null,
    allow: mergedAllow(file.allow, given.allow),
    logLevel: log ?? 'info',
  };
}

type AllowInput = z.output<typeof fileSchema>['allow'];

function mergedAllow(file: AllowInput, flags: AllowInput): Allow {
  if (file === undefined && flags === undefined) return 'local';
  const {
    haproxySockets = [],
    urls = [],
    files = [],
    commands = {},
  } = { ...file, ...withoutUndefined(flags ?? {}) };
  return { haproxySockets, urls, files, commands };
}

function withoutUndefined<T extends object>(value: T): Partial<T> {
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  // Only keys of T with their own values are left.
  return Object.fromEntries(entries) as Partial<T>;
}

function parseYaml(text: string): unknown {
  if (text.length > 262_144) throw new ConfigError([{ path: 'config', message: 'is larger than 256 KB' }]);
  try {
    return load(text, { maxAliases: 0 }) ?? {};
  } catch (error) {
    throw new ConfigError([{ path: 'config', message: textOf(error) }]);
  }
}
