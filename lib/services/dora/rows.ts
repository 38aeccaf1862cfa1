import type { z } from 'zod';
import { type DoraRow, doraRowsQuerySchema } from '../../contract/dora.ts';
import type { Page } from '../../data/config/page.ts';
import { readDeliveryFacts, readDeploymentFacts } from '../../data/dora/read-facts.ts';
import { calendarOf } from '../../domain/dora/local-days.ts';
import { type MetricRow, rowsOf } from '../../domain/dora/rows.ts';
import { authorize, type Context } from '../context.ts';
import { scopeOf } from './scope.ts';

type Query = z.input<typeof doraRowsQuerySchema>;

/** A page of the rows behind one number of the answer, in the order of their moments. */
export const listDoraRows = async (ctx: Context, input: Query): Promise<Page<DoraRow>> => {
  authorize(ctx.actor, 'release:read');
  const asked = doraRowsQuerySchema.parse(input);
  const rows = await readRows(ctx, asked);
  const from = asked.cursor !== undefined && /^\d{1,9}$/.test(asked.cursor) ? Number(asked.cursor) : 0;
  const to = from + asked.limit;
  return { items: rows.slice(from, to).map(toView), next: to < rows.length ? String(to) : null };
};

/** All of them as CSV, made while it is sent. */
export const exportDoraRows = async (ctx: Context, input: Query): Promise<AsyncIterable<string>> => {
  authorize(ctx.actor, 'release:read');
  return csvOf(await readRows(ctx, doraRowsQuerySchema.parse(input)));
};

const readRows = async (ctx: Context, asked: z.output<typeof doraRowsQuerySchema>): Promise<MetricRow[]> => {
  const { settings, window, services } = await scopeOf(ctx, asked);
  const { startOf } = calendarOf(settings.timezone);
  const span = { start: startOf(window.from), end: startOf(window.to) };
  const ofCommits = asked.metric === 'lead-time' || asked.metric === 'undeployed';
  const scope = { services, span };
  const [deployments, deliveries] = await Promise.all([
    ofCommits ? [] : readDeploymentFacts(ctx.db.pool, scope),
    ofCommits ? readDeliveryFacts(ctx.db.pool, scope) : [],
  ]);
  return rowsOf(asked.metric, { deployments, deliveries }, { ...span, asOf: ctx.now() });
};

const toView = (row: MetricRow): DoraRow => ({
  id: row.id,
  service: row.service,
  at: row.at === null ? null : new Date(row.at).toISOString(),
  counted: row.counted,
  because: row.because,
  value_s: row.valueSeconds,
  environment: row.environment,
  version: row.version,
  commit: row.commit,
  kind: row.kind,
  status: row.status,
  max_exposure: row.maxExposure,
  incidents: [...row.incidents],
  deployment: row.deployment,
});

const COLUMNS = [
  'id',
  'service',
  'at',
  'counted',
  'because',
  'value_s',
  'environment',
  'version',
  'commit',
  'kind',
  'status',
  'max_exposure',
  'incidents',
  'deployment',
] as const satisfies (keyof DoraRow)[];

async function* csvOf(rows: readonly MetricRow[]): AsyncGenerator<string> {
  yield `${COLUMNS.join(',')}\r\n`;
  for (const row of rows) {
    const view = toView(row);
    yield `${COLUMNS.map((column) => cellOf(view[column])).join(',')}\r\n`;
  }
}

const cellOf = (value: DoraRow[keyof DoraRow]): string => {
  const text = Array.isArray(value) ? value.join(' ') : String(value ?? '');
  // A spreadsheet would carry out what begins like a formula.
  const safe = /^[=+@\t\r]|^-(?![\d.])/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};
