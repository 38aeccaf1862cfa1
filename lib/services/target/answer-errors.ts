import type { FieldError } from '../errors.ts';

const BETWEEN = /\n+|; (?=(?:router|source|workload)\b[^\s:]*: )/;
const LINE = /^((?:router|source|workload)\b[^\s:]*):\s*(.+)$/s;

/** An agent's `router.socket: cannot connect` and the like, one or several, as fields to mend. */
export const answerErrors = (detail: string): FieldError[] =>
  detail
    .split(BETWEEN)
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, path = '', message = line] = LINE.exec(line.trim()) ?? [];
      return { path, message };
    });
