import { ConfigError } from '../config-error.ts';
import { textOf } from '../log.ts';
import { ProblemError } from './api.ts';

/** The exit codes of every command. */
export const EXIT = { done: 0, refused: 1, wrongUse: 2 } as const;

/** The command line itself is wrong: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export function exitCodeOf(error: unknown): number {
  return error instanceof UsageError || error instanceof ConfigError ? EXIT.wrongUse : EXIT.refused;
}

/** Says on stderr what went wrong: a server's problem with the path of each field, or the error's words. */
export function printError(error: unknown, json: boolean): void {
  if (json) {
    console.error(JSON.stringify(jsonOf(error)));
    return;
  }
  if (error instanceof ConfigError)
    for (const { path, message } of error.problems) console.error(`${path}: ${message}`);
  else console.error(textOf(error));
}

/** With its problems one by one where the error carries some. */
function jsonOf(error: unknown): unknown {
  if (error instanceof ProblemError) return error.problem;
  if (error instanceof Error && 'problems' in error)
    return { error: error.message, problems: error.problems };
  return { error: textOf(error) };
}
