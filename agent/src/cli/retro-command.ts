import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import { IMPACT_WORDS } from '../domain.ts';
import { callApi, callFile } from './api.ts';
import { type ConnectionOptions, connectionOf, withConnection } from './connection.ts';
import { UsageError } from './exit.ts';

/** The parts the command line prints; everything else passes through to `--json`. */
const figureSchema = z.looseObject({ value: z.number().nullable(), how: z.string() });
const retrospectiveSchema = z.looseObject({
  id: z.string(),
  signedOffAt: z.string().nullable(),
  summary: z.looseObject({ text: z.string() }),
  impact: z.record(z.string(), figureSchema),
  timeline: z.array(
    z.looseObject({ at: z.string(), text: z.string(), who: z.looseObject({ label: z.string() }) }),
  ),
  factors: z.array(z.looseObject({ text: z.string(), tags: z.array(z.string()) })),
  actionItems: z.array(
    z.looseObject({
      text: z.string(),
      type: z.string(),
      owner: z.string().nullable(),
      dueOn: z.string().nullable(),
      doneAt: z.string().nullable(),
      overdue: z.boolean(),
    }),
  ),
});
type Retrospective = z.infer<typeof retrospectiveSchema>;

type ShowOptions = ConnectionOptions & { draft?: boolean };
type ExportOptions = ConnectionOptions & { format: string; output?: string };

/** `slipway retro ...`: what a finished release taught. */
export function registerRetro(program: Command): void {
  const retro = program.command('retro').description('read the retrospective of a finished release');
  withConnection(retro.command('show <release>'))
    .description('print the retrospective of a release')
    .option('--draft', 'draft it from the record when there is none')
    .action(async (release: string, options: ShowOptions) => {
      const found = await read(release, options, options.draft ? 'POST' : 'GET');
      console.log(options.json ? JSON.stringify(found) : describe(found));
    });
  withConnection(retro.command('export <release>'))
    .description('write the whole document as a file')
    .option('--format <format>', 'md or json', 'md')
    .option('--output <file>', 'where to (default: print it)')
    .action((release: string, options: ExportOptions) => exportTo(release, options));
}

async function exportTo(release: string, options: ExportOptions): Promise<void> {
  const format = options.json ? 'json' : options.format;
  if (format !== 'md' && format !== 'json')
    throw new UsageError(`--format: ${format} is not known, use md or json`);
  const { id } = await read(release, options, 'GET');
  const chunks: Uint8Array[] = [];
  const path = `/retrospectives/${encodeURIComponent(id)}/export?format=${format}`;
  await callFile(connectionOf(options), path, (chunk) => void chunks.push(chunk));
  const text = Buffer.concat(chunks).toString();
  if (options.output === undefined) return console.log(text.trimEnd());
  await writeFile(options.output, text);
}

function read(release: string, options: ConnectionOptions, method: 'GET' | 'POST'): Promise<Retrospective> {
  const path = `/releases/${encodeURIComponent(release)}/retrospective`;
  const request = method === 'GET' ? { method, path } : { method, path, body: {} };
  return callApi(connectionOf(options), request, retrospectiveSchema);
}

function describe(found: Retrospective): string {
  return [
    found.summary.text,
    '',
    ...IMPACT_WORDS.map(({ key, label, text }) => {
      const figure = found.impact[key];
      const value = figure?.value;
      return `${label}: ${value === null || value === undefined ? (figure?.how ?? 'cannot tell') : text(value)}`;
    }),
    '',
    ...found.timeline.map(({ at, text, who }) => `${at.slice(11, 19)}  ${text} (${who.label})`),
    ...titled(
      'Contributing factors',
      found.factors.map(({ text, tags }) => [text, ...tags].join('  #')),
    ),
    ...titled('Action items', found.actionItems.map(describeItem)),
    '',
    found.signedOffAt === null ? 'Waits for its review.' : `Signed off ${found.signedOffAt}.`,
  ].join('\n');
}

function describeItem(item: Retrospective['actionItems'][number]): string {
  const due = item.dueOn === null ? 'no date' : `due ${item.dueOn}${item.overdue ? ', overdue' : ''}`;
  return `[${item.doneAt === null ? ' ' : 'x'}] ${item.text} (${item.type}; ${item.owner ?? 'no owner'}; ${due})`;
}

function titled(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)];
}
