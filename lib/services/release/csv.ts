/** Releases as lines of a CSV file (RFC 4180, UTF-8), safe to open in a spreadsheet. */
import type { ReleaseRow } from '../../contract/release.ts';

type Column = { says: string; of: (row: ReleaseRow) => string | number | null };

const COLUMNS: Record<string, Column> = {
  id: { says: 'id of the release', of: ({ id }) => id },
  service: { says: 'slug', of: ({ service }) => service },
  environment: { says: 'slug', of: ({ environment }) => environment },
  version: { says: 'what was released', of: ({ version }) => version },
  baseline_version: {
    says: 'what was in charge before, empty if unknown',
    of: ({ baselineVersion }) => baselineVersion,
  },
  plan: { says: 'name of the plan', of: ({ planName }) => planName },
  state: { says: 'pending, running, paused, rolling-back or finished', of: ({ state }) => state },
  outcome: {
    says: 'released, rolled-back or cancelled, empty while in progress',
    of: ({ outcome }) => outcome,
  },
  started_at: { says: 'RFC 3339, UTC', of: ({ startedAt }) => startedAt },
  started_by: { says: 'person or token', of: ({ startedBy }) => startedBy },
  finished_at: { says: 'RFC 3339, UTC, empty while in progress', of: ({ finishedAt }) => finishedAt },
  duration_seconds: { says: 'from start to end, empty while in progress', of: durationOf },
  stage: { says: 'name of the last stage that was entered', of: ({ stageName }) => stageName },
  stages_entered: { says: 'number', of: ({ stageIndex }) => stageIndex + 1 },
  stages: { says: 'number of stages of the plan', of: ({ stageCount }) => stageCount },
  share: { says: 'share of the new version now, percent', of: ({ share }) => share },
  reason: { says: 'why it was started', of: ({ reason }) => reason },
  headline: { says: 'one sentence', of: ({ headline }) => headline },
};

/** Every column with its meaning. */
export const csvColumnsText = Object.entries(COLUMNS)
  .map(([name, { says }]) => `${name} (${says})`)
  .join(', ');

export const csvHeader = (): string => csvLine(Object.keys(COLUMNS));

export const csvRow = (row: ReleaseRow): string => csvLine(Object.values(COLUMNS).map(({ of }) => of(row)));

/** One line; a text that a spreadsheet would take for a formula is marked as text. */
export const csvLine = (cells: readonly (string | number | null)[]): string =>
  `${cells.map(cellOf).join(',')}\r\n`;

/** Spreadsheets take a text that begins like this for a formula; the apostrophe says that it is text. */
const FORMULA = /^[=+\-@\t\r\n]/;

const cellOf = (value: string | number | null): string => {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

function durationOf({ startedAt, finishedAt }: ReleaseRow): number | null {
  return finishedAt === null ? null : (Date.parse(finishedAt) - Date.parse(startedAt)) / 1_000;
}
