import { readFileSync } from 'node:fs';
import { textOf } from '../log.ts';
import { UsageError } from './exit.ts';

/** The text of a file, or of standard input for `-`. Throws `UsageError` when it cannot be read. */
export function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${textOf(error)}`);
  }
}
