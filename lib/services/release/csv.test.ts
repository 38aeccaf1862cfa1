import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ReleaseRow } from '../../contract/release.ts';
import { csvHeader, csvRow } from './csv.ts';

const ROW: ReleaseRow = {
  id: '0190b5a8-0000-7000-8000-000000000000',
  service: 'shop',
  serviceName: 'Shop',
  environment: 'prod',
  version: '1.1.0',
  baselineVersion: null,
  state: 'finished',
  outcome: 'released',
  headline: 'shop 1.1.0 is released',
  stateVersion: 9,
  startedAt: '2026-11-23T12:00:00.000Z',
  startedBy: 'Ada',
  reason: null,
  emergency: false,
  finishedAt: '2026-11-23T12:10:30.500Z',
  planName: 'canary',
  stageIndex: 2,
  stageCount: 3,
  stageName: 'all',
  share: 100,
  needs: null,
};

/** Reads a CSV line as RFC 4180 has it. */
const cellsOf = (line: string): string[] => {
  const cells: string[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n$)/gy;
  for (let found = pattern.exec(line); found; found = pattern.exec(line)) {
    cells.push((found[1] ?? found[2] ?? '').replaceAll('""', '"'));
    if (found[3] !== ',') break;
  }
  return cells;
};
const reasonCell = (reason: string) => cellsOf(csvRow({ ...ROW, reason })).at(-2);

test('a row has a cell for every column, empty for what is not known', () => {
  const columns = cellsOf(csvHeader());
  const cells = cellsOf(csvRow(ROW));
  expect(cells).toHaveLength(columns.length);
  expect(Object.fromEntries(columns.map((name, index) => [name, cells[index]]))).toMatchObject({
    baseline_version: '',
    duration_seconds: '630.5',
    stages_entered: '3',
    reason: '',
    headline: 'shop 1.1.0 is released',
  });
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1'])(
  '%j is text to a spreadsheet, no formula',
  (reason) => {
    expect(reasonCell(reason)).toBe(`'${reason}`);
  },
);

test('whatever a reason says, it comes back from its own cell and no cell begins like a formula', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'=+-@,"\'\r\n\tab ') }), (reason) => {
      const cell = reasonCell(reason) ?? '';
      expect([reason, `'${reason}`]).toContain(cell);
      expect(cell).not.toMatch(/^[=+\-@\t\r\n]/);
    }),
  );
});
