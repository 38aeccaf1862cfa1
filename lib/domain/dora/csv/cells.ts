/** One cell at a time: text in, a value out, or words on what to write instead. */
import { parseDay } from '../local-days.ts';

/** Thrown and caught inside this folder: what is wrong with one cell. */
export class CellError extends Error {
  override readonly name = 'CellError';
}

export type ReadCell<T> = (text: string) => T;

const LENGTH_MAX = 500;

export const optionalText: ReadCell<string | null> = (text) => {
  if (text.includes('\0')) throw new CellError('holds a NUL character; remove it');
  if (text.length > LENGTH_MAX) throw new CellError(`is longer than ${LENGTH_MAX} characters; shorten it`);
  return text === '' ? null : text;
};

export const requiredText: ReadCell<string> = (text) => {
  const value = optionalText(text);
  if (value === null) throw new CellError('is blank; every row needs one');
  return value;
};

/** Words with spaces between; blank = none. */
export const wordList: ReadCell<string[]> = (text) => {
  if (text.includes('\0')) throw new CellError('holds a NUL character; remove it');
  return [...new Set(text.split(/\s+/).filter((word) => word !== ''))];
};

/** Blank or `*` = null, all of them. */
export const serviceList: ReadCell<string[] | null> = (text) => {
  const words = wordList(text);
  return words.length === 0 || words.includes('*') ? null : words.sort();
};

export const oneOf =
  <T extends string>(words: readonly T[]): ReadCell<T> =>
  (text) => {
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    throw new CellError(`is "${text}"; write ${words.join(', ')}`);
  };

export const blankOr =
  <T>(read: ReadCell<T>): ReadCell<T | null> =>
  (text) =>
    text === '' ? null : read(text);

const TIME =
  /^(\d{4}-\d{2}-\d{2})[Tt ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:[.,](\d{1,9}))?)?\s?([Zz]|[+-]\d{2}(?::?[0-5]\d)?)?$/;

/** ISO 8601 with an offset, as milliseconds; finer digits are dropped. */
export const time: ReadCell<number> = (text) => {
  const match = TIME.exec(text);
  const [, date = '', hour = '', minute = '', second = '00', fraction = '', offset] = match ?? [];
  if (!match || parseDay(date) === null)
    throw new CellError(`is "${text}", which is no time; write it as 2026-03-02T09:30:00Z`);
  if (offset === undefined)
    throw new CellError(`is "${text}", a time without an offset; add Z for UTC, or one such as +01:00`);
  const zone = /^z$/i.test(offset)
    ? 'Z'
    : `${offset.slice(0, 3)}:${offset.slice(3).replace(':', '') || '00'}`;
  const at = Date.parse(`${date}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0').slice(0, 3)}${zone}`);
  if (Number.isNaN(at))
    throw new CellError(`is "${text}", with an offset that does not exist; write one such as +01:00`);
  return at;
};

export const percent: ReadCell<number> = (text) => {
  const value = number(text);
  if (value === null || value < 0 || value > 100)
    throw new CellError(`is "${text}"; write percent from 0 to 100, without a sign`);
  return value;
};

export const severity: ReadCell<number> = (text) => {
  if (/^[1-4]$/.test(text)) return Number(text);
  throw new CellError(`is "${text}"; write 1 (worst), 2, 3 or 4`);
};

export const flag: ReadCell<boolean> = (text) => {
  if (text === '1' || text === '0') return text === '1';
  throw new CellError(`is "${text}"; write 1 or 0, or leave it blank`);
};

const number = (text: string): number | null => (/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : null);
