import { randomBytes } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { callApi } from './api.ts';
import { type ConnectionOptions, connectionOf, withConnection } from './connection.ts';
import { EXIT, UsageError } from './exit.ts';

type ImportOptions = ConnectionOptions & { dryRun?: boolean };

/** `slipway import DIR`: a history into a running server, all of it or nothing; the same rows again change nothing. */
export function registerImport(program: Command): void {
  withConnection(program.command('import <directory>'))
    .description('take deployments.csv, commits.csv and incidents.csv of a directory over into the server')
    .option('--dry-run', 'say what it would do, and store nothing')
    .action(async (directory: string, options: ImportOptions) => {
      const found = await importDirectory(directory, options);
      if (options.json) console.log(JSON.stringify(found));
      else console.log(textOf(found, options.dryRun === true));
      process.exitCode = EXIT.done;
    });
}

/** A million rows take minutes. */
const TIMEOUT_MS = 30 * 60_000;

const counts = z.looseObject({ added: z.number(), changed: z.number(), unchanged: z.number() });
const answerSchema = z.looseObject({
  stored: z.boolean(),
  deployments: counts,
  commits: counts,
  incidents: counts,
  refused: z.number(),
});

async function importDirectory(directory: string, options: ImportOptions) {
  if (!existsSync(directory) || !statSync(directory).isDirectory())
    throw new UsageError(`${directory}: no such directory`);
  const { tableFilesIn } = await import('./history-files.ts');
  const files = tableFilesIn(directory);
  if (files.length === 0)
    throw new UsageError(`${directory}: holds no deployments.csv, commits.csv or incidents.csv`);
  const boundary = `slipway-${randomBytes(16).toString('hex')}`;
  return callApi(
    connectionOf(options),
    {
      method: 'POST',
      path: `/imports?dryRun=${options.dryRun === true}`,
      stream: { type: `multipart/form-data; boundary=${boundary}`, chunks: multipart(files, boundary) },
      timeoutMs: TIMEOUT_MS,
    },
    answerSchema,
  );
}

/** The files as they are read, never as a whole. */
async function* multipart(
  files: readonly { table: string; path: string }[],
  boundary: string,
): AsyncGenerator<Uint8Array> {
  for (const { table, path } of files) {
    const head = [
      `--${boundary}`,
      `content-disposition: form-data; name="${table}"; filename="${basename(path)}"`,
      'content-type: text/csv',
      '',
      '',
    ];
    yield Buffer.from(head.join('\r\n'));
    for await (const chunk of createReadStream(path)) yield chunk;
    yield Buffer.from('\r\n');
  }
  yield Buffer.from(`--${boundary}--\r\n`);
}

function textOf(found: z.infer<typeof answerSchema>, isDryRun: boolean): string {
  const lines = (['deployments', 'commits', 'incidents'] as const).map((table) => {
    const { added, changed, unchanged } = found[table];
    return `${table.padEnd(12)}${added} added, ${changed} changed, ${unchanged} unchanged`;
  });
  const end = isDryRun
    ? 'Nothing was stored: this was a dry run.'
    : found.stored
      ? 'Stored.'
      : 'Nothing to store: all of it is known.';
  return [...lines, end].join('\n');
}
