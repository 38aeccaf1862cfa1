import { suggest } from '../../suggest.ts';
import { fileOf, type RowProblem, TABLES, type TableName } from './tables.ts';

export type Header = { places: ReadonlyMap<string, number>; width: number; problems: RowProblem[] };

/** Finds the columns of a file by their names, in whatever order they stand. All must be there, and no others. */
export const readHeader = (table: TableName, cells: readonly string[]): Header => {
  const known: readonly string[] = TABLES[table];
  const places = new Map<string, number>();
  const problems: RowProblem[] = [];
  const add = (column: string, message: string) =>
    problems.push({ file: fileOf(table), line: 1, column, message });
  for (const [place, cell] of cells.entries()) {
    const name = cell.trim();
    if (!known.includes(name)) add(name === '' ? `#${place + 1}` : name, unknownText(name, known));
    else if (places.has(name)) add(name, 'stands twice; keep one');
    else places.set(name, place);
  }
  for (const name of known)
    if (!places.has(name))
      add(name, 'is missing; add the column, its cells may be blank where nothing is known');
  return { places, width: cells.length, problems };
};

const unknownText = (name: string, known: readonly string[]): string => {
  const near = suggest(name, known);
  const fix = near === null ? `remove it; the columns are ${known.join(', ')}` : `did you mean ${near}?`;
  return `is no column of this file; ${fix}`;
};
