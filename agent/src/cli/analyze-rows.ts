import { basename } from 'node:path';
import type { OfflineVerdict } from '../domain.ts';

/** One line of `slipway analyze --json`. Seconds count from the canary's start; null = never. */
export type AnalyzeRow = {
  file: string;
  decision: 'advance' | 'hold' | 'rollback';
  rollback: number | null;
  advance: number | null;
  because: string;
  metrics: Record<string, object>;
};

export function toRow(file: string, verdict: OfflineVerdict): AnalyzeRow {
  const metrics = verdict.last.metrics.map(({ name, ...rest }) => [name, rest] as const);
  const { decision, rollback, advance, because } = verdict;
  return { file: basename(file), decision, rollback, advance, because, metrics: Object.fromEntries(metrics) };
}

export function rowText(row: AnalyzeRow): string {
  const cells = [
    row.file.padEnd(FILE_WIDTH),
    row.decision.padEnd(8),
    secondText(row.rollback),
    secondText(row.advance),
  ];
  return `${cells.join('  ')}  ${row.because}`;
}

const FILE_WIDTH = 32;
const secondText = (second: number | null) => (second === null ? '-' : `${second} s`).padStart(8);

export const TABLE_HEAD = [
  'file'.padEnd(FILE_WIDTH),
  'decision',
  'rollback'.padStart(8),
  'advance'.padStart(8),
  'because',
].join('  ');
