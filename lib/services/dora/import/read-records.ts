import { type Readable, Transform } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { z } from 'zod';
import {
  fileOf,
  type Header,
  type Lined,
  type RowOf,
  type RowProblem,
  readHeader,
  readRow,
  type TableName,
} from '../../../domain/dora/csv/index.ts';

/** What a file gives while it is read: rows in batches, and problems one by one. */
export type Taker<T extends TableName> = {
  rows: (rows: Lined<RowOf<T>>[]) => Promise<void>;
  problem: (problem: RowProblem) => void;
};

const BATCH = 2_000;
const recordSchema = z.object({ record: z.array(z.string()), info: z.object({ lines: z.number() }) });

/** Reads a file as it comes, never as a whole. What is wrong with it is told, not thrown. */
export const readRecords = async <T extends TableName>(
  table: T,
  stream: Readable,
  taker: Taker<T>,
): Promise<void> => {
  const refuse = (line: number, message: string) =>
    taker.problem({ file: fileOf(table), line, column: null, message });
  const parser = stream
    .on('error', (error) => parser.destroy(error))
    .pipe(utf8())
    .on('error', (error) => parser.destroy(error))
    .pipe(parse({ bom: true, relax_column_count: true, skip_empty_lines: true, info: true }));
  let header: Header | null = null;
  let batch: Lined<RowOf<T>>[] = [];
  try {
    for await (const chunk of parser) {
      const { record, info } = recordSchema.parse(chunk);
      if (header === null) {
        header = readHeader(table, record);
        for (const problem of header.problems) taker.problem(problem);
      } else if (header.problems.length === 0) {
        const read = readRow(table, header, record, info.lines);
        if ('row' in read) batch.push({ row: read.row, line: info.lines });
        else for (const problem of read.problems) taker.problem(problem);
      }
      if (batch.length < BATCH) continue;
      await taker.rows(batch);
      batch = [];
    }
    if (batch.length > 0) await taker.rows(batch);
    if (header === null) refuse(1, 'is empty; begin it with the names of the columns');
  } catch (error) {
    if (error instanceof CsvError) refuse(lineOf(error), `broken quoting: ${error.message}`);
    else if (error instanceof TypeError) refuse(1, 'is not UTF-8; save it as UTF-8');
    else throw error;
  }
};

const lineOf = ({ lines }: CsvError): number => (typeof lines === 'number' ? lines : 1);

/** Bytes to text; what is no UTF-8 is refused instead of being read as something else. */
const utf8 = (): Transform => {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      try {
        done(null, decoder.decode(chunk, { stream: true }));
      } catch (error) {
        done(error instanceof Error ? error : new TypeError('not UTF-8'));
      }
    },
    flush: (done) => {
      try {
        done(null, decoder.decode());
      } catch (error) {
        done(error instanceof Error ? error : new TypeError('not UTF-8'));
      }
    },
  });
};
