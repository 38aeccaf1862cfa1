/** From the cells of the three files to rows, with every problem named by file, line and column. */
export { type Header, readHeader } from './header.ts';
export { type ReadRow, type RowOf, readRow } from './rows.ts';
export { fileOf, type RowProblem, TABLE_NAMES, TABLES, type TableName } from './tables.ts';
export { cyclesOf, type Lined, type LinedHistory, unknownNamesOf, withoutRepeats } from './whole.ts';
