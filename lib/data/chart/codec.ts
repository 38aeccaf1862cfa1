/**
 * Samples as a few bytes a row: column by column for each target and track, so that alike stands beside alike, and
 * then through Brotli. What can be foretold from the columns before is stored as the difference to the forecast.
 */
import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants } from 'node:zlib';
import type { SampleDetails } from '../../../agent/src/protocol.ts';
import type { SampleRow } from '../samples.ts';
import { type ByteReader, type ByteWriter, byteReader, byteWriter } from './varint.ts';

const VERSION = 1;
const UUID_BYTES = 16;
const QUALITY = 9;

const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);

/** Rows in any order; the same rows give the same bytes. Lengths of intervals keep the precision of the database (`real`). */
export const encodeChart = async (rows: readonly SampleRow[]): Promise<Buffer> => {
  const writer = byteWriter();
  const series = seriesOf(rows);
  writer.unsigned(VERSION);
  writer.unsigned(series.length);
  for (const one of series) writeSeries(writer, one);
  return compress(writer.done(), { params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY } });
};

/** The rows of `encodeChart`, by target, track and time. Throws when the bytes are something else. */
export const decodeChart = async (data: Buffer): Promise<SampleRow[]> => {
  const reader = byteReader(await decompress(data));
  const version = reader.unsigned();
  if (version !== VERSION) throw new Error(`a frozen chart of version ${version} cannot be read`);
  return Array.from({ length: reader.unsigned() }, () => readSeries(reader)).flat();
};

type Series = { targetId: string; track: 0 | 1; rows: SampleRow[] };

const seriesOf = (rows: readonly SampleRow[]): Series[] => {
  const series = new Map<string, Series>();
  for (const row of rows) {
    const key = `${row.targetId}/${row.track}`;
    const one = series.get(key) ?? { targetId: row.targetId, track: row.track, rows: [] };
    series.set(key, one);
    one.rows.push(row);
  }
  for (const one of series.values()) one.rows.sort((a, b) => a.at - b.at);
  return [...series.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
};

const writeSeries = (writer: ByteWriter, { targetId, track, rows }: Series): void => {
  writer.bytes(Buffer.from(targetId.replaceAll('-', ''), 'hex'));
  writer.unsigned(track);
  writer.unsigned(rows.length);
  writeTimes(writer, rows);
  writeDifferences(
    writer,
    rows.map((row) => row.layoutId),
  );
  writeLists(
    writer,
    rows.map((row) => row.latency),
  );
  // Most often every request is in the histogram, so that nothing is left over.
  for (const row of rows) writer.signed(row.requests - sum(row.latency));
  for (const row of rows) writer.signed(row.errors);
  writeLists(
    writer,
    rows.map((row) => row.counts),
  );
  writeDifferences(
    writer,
    rows.map((row) => (row.assignedBasisPoints ?? -1) + 1),
  );
  writeDetails(writer, rows);
};

const readSeries = (reader: ByteReader): SampleRow[] => {
  const targetId = uuidOf(reader.bytes(UUID_BYTES));
  const track = reader.unsigned() === 0 ? 0 : 1;
  const length = reader.unsigned();
  const times = readTimes(reader, length);
  const layoutIds = readDifferences(reader, length);
  const latency = readLists(reader, length);
  const besides = Array.from({ length }, () => reader.signed());
  const errors = Array.from({ length }, () => reader.signed());
  const counts = readLists(reader, length);
  const assigned = readDifferences(reader, length);
  const details = readDetails(reader, length);
  return times.map(({ at, seconds }, index) => ({
    targetId,
    track,
    at,
    seconds,
    layoutId: layoutIds[index] ?? 0,
    requests: (besides[index] ?? 0) + sum(latency[index] ?? []),
    errors: errors[index] ?? 0,
    latency: latency[index] ?? [],
    counts: counts[index] ?? [],
    assignedBasisPoints: assigned[index] ? assigned[index] - 1 : null,
    details: details[index] ?? null,
  }));
};

/** Intervals follow one another: a time is foretold by the last two, a length by the distance of its times. */
const writeTimes = (writer: ByteWriter, rows: readonly SampleRow[]): void => {
  let [last, step] = [0, 0];
  for (const { at } of rows) {
    writer.signed(at - last - step);
    [last, step] = [at, last === 0 ? 0 : at - last];
  }
  for (const [index, row] of rows.entries())
    writer.unsigned(row.seconds === foretold(row.at, rows[index - 1]?.at) ? 0 : bitsOf(row.seconds) + 1);
};

const readTimes = (reader: ByteReader, length: number): { at: number; seconds: number }[] => {
  let [last, step] = [0, 0];
  const times = Array.from({ length }, () => {
    const at = last + step + reader.signed();
    [last, step] = [at, last === 0 ? 0 : at - last];
    return at;
  });
  return times.map((at, index) => {
    const bits = reader.unsigned();
    return { at, seconds: bits === 0 ? foretold(at, times[index - 1]) : realOf(bits - 1) };
  });
};

const foretold = (at: number, before: number | undefined): number =>
  before === undefined ? 1 : (at - before) / 1_000;

const writeDifferences = (writer: ByteWriter, values: readonly number[]): void => {
  for (const [index, value] of values.entries()) writer.signed(value - (values[index - 1] ?? 0));
};

const readDifferences = (reader: ByteReader, length: number): number[] => {
  let last = 0;
  return Array.from({ length }, () => {
    last += reader.signed();
    return last;
  });
};

/** The lengths, then all first values, all second values and so on; rows that are shorter are passed over. */
const writeLists = (writer: ByteWriter, lists: readonly (readonly number[])[]): void => {
  writeDifferences(
    writer,
    lists.map((list) => list.length),
  );
  const width = lists.reduce((most, list) => Math.max(most, list.length), 0);
  for (let place = 0; place < width; place++)
    for (const list of lists) if (place < list.length) writer.signed(list[place] ?? 0);
};

const readLists = (reader: ByteReader, length: number): number[][] => {
  const lengths = readDifferences(reader, length);
  const lists = lengths.map((): number[] => []);
  const width = lengths.reduce((most, one) => Math.max(most, one), 0);
  for (let place = 0; place < width; place++)
    for (const [index, list] of lists.entries())
      if (place < (lengths[index] ?? 0)) list.push(reader.signed());
  return lists;
};

/** Few rows have details, or nearly all have alike ones: their places and their JSON. */
const writeDetails = (writer: ByteWriter, rows: readonly SampleRow[]): void => {
  const texts = rows.flatMap(({ details }, index) =>
    details ? [{ index, text: Buffer.from(JSON.stringify(details)) }] : [],
  );
  writer.unsigned(texts.length);
  for (const { index, text } of texts) {
    writer.unsigned(index);
    writer.unsigned(text.length);
    writer.bytes(text);
  }
};

const readDetails = (reader: ByteReader, length: number): (SampleDetails | null)[] => {
  const details: (SampleDetails | null)[] = Array.from({ length }, () => null);
  for (let left = reader.unsigned(); left > 0; left--)
    details[reader.unsigned()] = JSON.parse(reader.bytes(reader.unsigned()).toString());
  return details;
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const bits = new DataView(new ArrayBuffer(4));
const bitsOf = (seconds: number): number => {
  bits.setFloat32(0, seconds);
  return bits.getUint32(0);
};
/** The shortest number that the database prints for these bits. */
const realOf = (stored: number): number => {
  bits.setUint32(0, stored);
  const exact = bits.getFloat32(0);
  for (let digits = 1; digits <= 9; digits++) {
    const short = Number(exact.toPrecision(digits));
    if (Math.fround(short) === exact) return short;
  }
  return exact;
};

const uuidOf = (bytes: Buffer): string =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
