import { randomInt } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { checkOptions, wholeNumber } from '../shop/command-line.ts';
import type { LoadSettings } from './generator.ts';

const secondsLongest = 12 * 60 * 60;

export const loadUsage = `Usage: node --import tsx demo/load/main.ts --url http://127.0.0.1:PORT [--url ...]
         [--rps 100] [--users 2000] [--duration SECONDS] [--concurrency 256] [--seed N] [--verbose]
  --url          where to send; a user always goes to the same address; loopback addresses only
  --rps          requests a second over all addresses, on average
  --users        how many different users (uid cookies) there are
  --duration     ends by itself after so many seconds, ${secondsLongest} (12 h) at most and by default
  --concurrency  drops arrivals while so many requests are under way
  --verbose      one line of JSON a second on standard error; the summary goes to standard output at the end`;

const optionsSchema = z.object({
  url: z
    .array(z.string().transform(toLoopbackUrl), {
      error: 'is missing; name one, e.g. --url http://127.0.0.1:8080',
    })
    .max(16, 'use at most 16 addresses'),
  rps: wholeNumber(1, 2_000).default(100),
  users: wholeNumber(1, 1_000_000).default(2_000),
  duration: wholeNumber(1, secondsLongest).default(secondsLongest),
  concurrency: wholeNumber(1, 2_000).default(256),
  seed: wholeNumber(0, 2 ** 32 - 1).default(() => randomInt(2 ** 32 - 1)),
  verbose: z.boolean().default(false),
});

export type LoadArguments = LoadSettings & { verbose: boolean };

/** Reads the load generator's command line. Throws `ArgumentError`. */
export function parseLoadArguments(args: string[]): LoadArguments {
  const text = { type: 'string' } as const;
  const options = {
    url: { type: 'string', multiple: true },
    rps: text,
    users: text,
    duration: text,
    concurrency: text,
    seed: text,
    verbose: { type: 'boolean' },
  } as const;
  const parsed = checkOptions(optionsSchema, () => parseArgs({ args, options }).values);
  return {
    urls: parsed.url,
    perSecond: parsed.rps,
    users: parsed.users,
    secondsMax: parsed.duration,
    concurrencyMax: parsed.concurrency,
    seed: parsed.seed,
    verbose: parsed.verbose,
  };
}

/** The address as a URL. `localhost` becomes 127.0.0.1, so that no resolver can lead the traffic elsewhere. */
function toLoopbackUrl(text: string, context: z.RefinementCtx): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.hostname === 'localhost') url.hostname = '127.0.0.1';
  const fault = url === undefined ? 'is not a URL' : faultOf(url);
  if (url !== undefined && fault === null) return url;
  context.addIssue({
    code: 'custom',
    message: `${JSON.stringify(text)} ${fault}; use http://127.0.0.1:PORT`,
  });
  return z.NEVER;
}

function faultOf(url: URL): string | null {
  if (url.protocol !== 'http:') return 'is not plain http';
  if (url.username !== '' || url.password !== '') return 'carries a user name or password';
  const loopback = url.hostname === '[::1]' || (isIPv4(url.hostname) && url.hostname.startsWith('127.'));
  if (!loopback) return 'is not on this machine: the load generator sends to loopback addresses only';
  return url.pathname === '/' && url.search === '' ? null : 'has a path; the shop is served at the root';
}
