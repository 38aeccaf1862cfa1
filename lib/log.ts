/** Structured logs: JSON lines on standard output, with secrets taken out by key and by shape. */
import { type DestinationStream, type Logger, pino } from 'pino';
import { logLevel } from './env.ts';

export type { Logger } from 'pino';

const SECRET_KEYS = [
  'password',
  'passwordHash',
  'token',
  'tokenHash',
  'secret',
  'clientSecret',
  'sessionSecret',
  'bootstrapToken',
  'privateKey',
  'signature',
  'authorization',
  'cookie',
  'databaseUrl',
];

/** Bearer headers, passwords in addresses and Slipway's own tokens, wherever they stand in a line. */
const SECRET_SHAPES =
  /(?<=\bbearer\s+)[\w.~+/=-]+|(?<=:\/\/[^\s:/@"]*:)[^\s@"/]+(?=@)|\b(?:enr|slp|slw)_[A-Za-z0-9_-]{20,}/gi;

export const createLog = (destination?: DestinationStream): Logger =>
  pino(
    {
      level: logLevel(),
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[secret]' },
      serializers: { err: serializeError },
      hooks: { streamWrite: (line) => line.replace(SECRET_SHAPES, '[secret]') },
    },
    destination ?? pino.destination({ dest: 1, sync: true }),
  );

/** The database driver hangs its whole client, keys and all, on an error. */
const serializeError = (error: Error): object => {
  const { client: _, ...rest } = pino.stdSerializers.err(error);
  return rest;
};

let root: Logger | null = null;

/** The logger of one part of the program; `part` is in every line. */
export const logger = (part: string): Logger => {
  root ??= createLog();
  return root.child({ part });
};
