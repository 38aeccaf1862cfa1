import { z } from 'zod';
import { UnreachableError } from './api.ts';

const amount = z.number().nullable();
const summarySchema = z.looseObject({
  deployments: z.number(),
  per_day: amount,
  lead_time: z.looseObject({ n: z.number(), median_s: amount }),
  change_failure: z.looseObject({ changes: z.number(), failed: z.number(), rate: amount }),
  recovery: z.looseObject({ n: z.number(), median_s: amount, open: z.number() }),
  rework: z.looseObject({ rate: amount }),
});
const answerSchema = z.looseObject({
  timezone: z.string(),
  from: z.string(),
  to: z.string(),
  total: summarySchema,
  by_service: z.record(z.string(), summarySchema),
});
type Summary = z.infer<typeof summarySchema>;

const HEAD = ['', 'deployments', 'per day', 'lead time', 'changes', 'failed', 'recovery', 'rework'];

/** The answer as a table for people: medians, with "no data" where there is none. */
export function doraText(answer: unknown): string {
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) throw new UnreachableError('the answer has a shape that this slipway does not know');
  const { timezone, from, to, total, by_service } = parsed.data;
  const services = Object.entries(by_service).map(([service, summary]) => row(service, summary));
  const table = [HEAD, ...services, row('all', total)];
  const widths = HEAD.map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)));
  const lines = table.map((cells) =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  return [`${from} to ${to}, ${timezone} (the last day is not included)`, ...lines].join('\n');
}

const row = (
  name: string,
  { deployments, per_day, lead_time, change_failure, recovery, rework }: Summary,
) => [
  name,
  String(deployments),
  per_day === null ? NO_DATA : per_day.toFixed(2),
  duration(lead_time.median_s),
  String(change_failure.changes),
  percent(change_failure.rate),
  duration(recovery.median_s),
  percent(rework.rate),
];

const NO_DATA = 'no data';

const percent = (rate: number | null): string => (rate === null ? NO_DATA : `${(rate * 100).toFixed(1)} %`);

const UNITS = [
  { seconds: 86_400, name: 'd' },
  { seconds: 3_600, name: 'h' },
  { seconds: 60, name: 'min' },
];

const duration = (seconds: number | null): string => {
  if (seconds === null) return NO_DATA;
  const unit = UNITS.find((candidate) => seconds >= candidate.seconds) ?? { seconds: 1, name: 's' };
  return `${(seconds / unit.seconds).toFixed(1)} ${unit.name}`;
};
