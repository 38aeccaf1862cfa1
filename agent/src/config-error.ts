/** Turns a refused part of a configuration into sentences that name the field's path and the fix. */
import { distance } from 'fastest-levenshtein';
import { z } from 'zod';

export type ConfigProblem = { path: string; message: string };

/** A target document or the agent's own file was refused; every problem names its field. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map((problem) => `${problem.path}: ${problem.message}`).join('; '));
    this.problems = problems;
  }
}

/** Parses with a strict zod schema; throws `ConfigError` with paths below `root` and "did you mean" for unknown keys. */
export const parseConfig = <T extends z.ZodType>(schema: T, value: unknown, root: string): z.output<T> => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ConfigError(result.error.issues.flatMap((issue) => problemsOf(schema, issue, root)));
};

/** ` did you mean "every"?` when one of the known words is close, else the list of them. */
export const didYouMean = (word: string, known: readonly string[]): string => {
  const [nearest] = known
    .map((candidate) => ({ candidate, edits: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  if (nearest && nearest.edits <= Math.max(2, Math.floor(nearest.candidate.length / 3)))
    return `did you mean "${nearest.candidate}"?`;
  return known.length === 0 ? 'remove it' : `known here: ${known.join(', ')}`;
};

const problemsOf = (schema: z.ZodType, issue: z.core.$ZodIssue, root: string): ConfigProblem[] => {
  const path = pathText(root, issue.path);
  if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
  const known = keysAt(schema, issue.path);
  return issue.keys.map((key) => ({
    path: pathText(root, [...issue.path, key]),
    message: `is not a known key; ${didYouMean(key, known)}`,
  }));
};

const pathText = (root: string, path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}.${String(part).slice(0, 100)}`),
    root,
  );

const keysAt = (schema: z.ZodType, path: readonly PropertyKey[]): string[] => {
  let here: unknown = schema;
  for (const part of path) {
    here = unwrap(here);
    if (here instanceof z.ZodObject) here = here.shape[String(part)];
    else if (here instanceof z.ZodRecord) here = here.valueType;
    else return [];
  }
  here = unwrap(here);
  return here instanceof z.ZodObject ? Object.keys(here.shape) : [];
};

const unwrap = (schema: unknown): unknown =>
  schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? unwrap(schema.unwrap()) : schema;
