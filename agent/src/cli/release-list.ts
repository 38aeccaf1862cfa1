import type { Command } from 'commander';
import { callApi, callFile } from './api.ts';
import { type ConnectionOptions, connectionOf, withConnection } from './connection.ts';
import { UsageError } from './exit.ts';
import { releaseRowsSchema } from './release-view.ts';

/** Filters of the list, as the API calls them, with the words of `--help`. */
const FILTERS: Record<string, string> = {
  service: 'slug of a service',
  environment: 'slug of an environment',
  state: 'pending, running, paused, rolling-back, finished or active',
  outcome: 'released, rolled-back or cancelled',
  person: 'name of somebody who started it or acted on it',
  version: 'what was released',
  plan: 'name of a plan',
  from: 'started at this time or later: 2026-11-23 or 2026-11-23T14:00:00Z',
  to: 'started before this time; a day counts whole',
  q: 'words in names, reasons and sentences',
  cursor: 'the page after the one that ended with this "next"',
  limit: 'rows on a page, at most 200',
};

type ListOptions = ConnectionOptions & Record<string, string | boolean | undefined> & { csv?: boolean };

/** `slipway release list`: what was found, as lines, JSON or CSV. */
export function registerList(release: Command): void {
  const command = withConnection(release.command('list')).description('find releases, newest first');
  for (const [name, says] of Object.entries(FILTERS)) command.option(`--${name} <${name}>`, says);
  command
    .option('--csv', 'print everything that fits as CSV, not only a page')
    .action((options: ListOptions) => (options.csv ? printCsv(options) : printPage(options)));
}

async function printCsv(options: ListOptions): Promise<void> {
  if (options.json) throw new UsageError('--csv and --json: use one of them');
  const search = searchOf(options);
  for (const name of ['cursor', 'limit'])
    if (search.has(name)) throw new UsageError(`--${name}: leave it out, --csv prints everything that fits`);
  search.set('format', 'csv');
  await callFile(connectionOf(options), `/releases/export?${search}`, (chunk) => process.stdout.write(chunk));
}

async function printPage(options: ListOptions): Promise<void> {
  const path = `/releases?${searchOf(options)}`;
  const page = await callApi(connectionOf(options), { method: 'GET', path }, releaseRowsSchema);
  if (options.json) return console.log(JSON.stringify(page));
  for (const row of page.items)
    console.log([row.id, row.service, row.version, row.environment, row.outcome ?? row.state].join('  '));
}

function searchOf(options: ListOptions): URLSearchParams {
  const search = new URLSearchParams();
  for (const name of Object.keys(FILTERS)) {
    const value = options[name];
    if (typeof value === 'string') search.set(name, value);
  }
  return search;
}
