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
  const reader = readerOf(table, taker);
  try {
    for await (const chunk of recordsOf(stream)) {
      const { record, info } = recordSchema.parse(chunk);
      await reader.take(record, info.lines);
    }
    await reader.end();
  } catch (error) {
    if (error instanceof CsvError) refuse(lineOf(error), `broken quoting: ${error.message}`);
    else if (error instanceof TypeError) refuse(1, 'is not UTF-8; save it as UTF-8');
    else throw error;
  }
};

const recordsOf = (stream: Readable): Readable => {
  const parser = parse({ bom: true, relax_column_count: true, skip_empty_lines: true, info: true });
  const fail = (error: Error) => parser.destroy(error);
  stream.on('error', fail).pipe(utf8()).on('error', fail).pipe(parser);
  return parser;
};

/** The first record is the header; without a good one the rows mean nothing. */
const readerOf = <T extends TableName>(table: T, taker: Taker<T>) => {
  let header: Header | null = null;
  let batch: Lined<RowOf<T>>[] = [];
  const send = async () => {
    const rows = batch;
    batch = [];
    if (rows.length > 0) await taker.rows(rows);
  };
  const take = async (record: string[], line: number): Promise<void> => {
    if (header === null) {
      header = readHeader(table, record);
      header.problems.forEach(taker.problem);
    } else if (header.problems.length === 0) {
      const read = readRow(table, header, record, line);
      if ('row' in read) batch.push({ row: read.row, line });
      else read.problems.forEach(taker.problem);
    }
    if (batch.length >= BATCH) await send();
  };
  const end = async (): Promise<void> => {
    await send();
    if (header !== null) return;
    const message = 'is empty; begin it with the names of the columns';
    taker.problem({ file: fileOf(table), line: 1, column: null, message });
  };
  return { take, end };
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
