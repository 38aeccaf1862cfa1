import type { Command } from 'commander';
import { z } from 'zod';
import { callApi } from './api.ts';
import { type ConnectionOptions, connectionOf, withConnection } from './connection.ts';
import { EXIT, UsageError } from './exit.ts';

type DoraOptions = ConnectionOptions & {
  dir?: string;
  from?: string;
  to?: string;
  timezone?: string;
  service?: string;
};

/** `slipway dora`: from the files of `--dir` without a server, or from the server; the same rules either way. */
export function registerDora(program: Command): void {
  withConnection(program.command('dora'))
    .description('delivery metrics, from the server or from files alone')
    .option(
      '--dir <directory>',
      'deployments.csv, commits.csv, incidents.csv and config.json; no server is asked',
    )
    .option('--from <date>', 'first local day, such as 2026-03-02')
    .option('--to <date>', 'the local day after the last one')
    .option('--timezone <name>', 'IANA name, such as Europe/Berlin')
    .option('--service <service>', 'this service alone')
    .action(async (options: DoraOptions) => {
      await checkFlags(options);
      const answer = await (options.dir === undefined
        ? fromServer(options)
        : fromFiles(options.dir, options));
      if (options.json) console.log(JSON.stringify(answer));
      else console.log((await import('./dora-text.ts')).doraText(answer));
      process.exitCode = EXIT.done;
    });
}

async function checkFlags({ from, to, timezone }: DoraOptions): Promise<void> {
  const { isTimezone, parseDay } = await import('../domain.ts');
  for (const [name, text] of Object.entries({ from, to }))
    if (text !== undefined && parseDay(text) === null)
      throw new UsageError(`--${name}: "${text}" is no date, write it as 2026-03-02`);
  if (timezone !== undefined && !isTimezone(timezone))
    throw new UsageError(
      `--timezone: "${timezone}" is no time zone, write an IANA name such as Europe/Berlin`,
    );
  if (from !== undefined && to !== undefined && from >= to)
    throw new UsageError(`--from: ${from} is not before --to, ${to}; the day of --to is not included`);
}

async function fromServer(options: DoraOptions): Promise<unknown> {
  const { from, to, timezone, service } = options;
  const asked = Object.entries({ from, to, timezone, service, details: options.json ? 'true' : 'false' });
  const query = new URLSearchParams(
    asked.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  return callApi(connectionOf(options), { method: 'GET', path: `/dora?${query}` }, z.looseObject({}));
}

async function fromFiles(directory: string, options: DoraOptions): Promise<unknown> {
  const [{ answerOfFiles }, { problemText }] = await Promise.all([
    import('./dora-files.ts'),
    import('./history-files.ts'),
  ]);
  const { answer, notes } = answerOfFiles(directory, options, Date.now());
  for (const note of notes) console.error(`note: ${problemText(note)}`);
  return answer;
}
