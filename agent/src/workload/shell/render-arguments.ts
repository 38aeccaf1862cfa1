/** Puts values into the arguments of a declared command; no value can become an option, a path or another argument. */
import { WorkloadError } from '../workload.ts';

export const PLACEHOLDERS = ['version', 'digest', 'track', 'previousVersion'] as const;
export type PlaceholderValues = Record<(typeof PLACEHOLDERS)[number], string>;

/**
 * The arguments with every `{placeholder}` replaced. Only values that are used are checked, each against its own
 * strict alphabet, which begins with a letter or digit. Throws `WorkloadError` that names the refused value.
 */
export const renderArguments = (argv: readonly string[], values: PlaceholderValues): string[] =>
  argv.map((argument) =>
    argument.replace(placeholder, (whole, name: string) => {
      const known = PLACEHOLDERS.find((one) => one === name);
      return known ? checked(known, values[known]) : whole;
    }),
  );

/** Names in braces in one argument, known or not. */
export const placeholdersIn = (argument: string): string[] =>
  [...argument.matchAll(placeholder)].map((match) => match[1] ?? '');

const placeholder = /\{([A-Za-z]+)\}/g;

const checked = (name: keyof PlaceholderValues, value: string): string => {
  if (alphabets[name].test(value)) return value;
  const shown = JSON.stringify(value.slice(0, 100));
  throw new WorkloadError(`${name} ${shown} cannot be given to a command; ${alphabetWords[name]}`);
};

const versionAlphabet = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,127}$/;
const alphabets: Record<keyof PlaceholderValues, RegExp> = {
  version: versionAlphabet,
  digest: /^sha256:[0-9a-f]{64}$/,
  track: /^(?:canary|baseline)$/,
  /** Empty when nothing ran before. */
  previousVersion: /^(?:[A-Za-z0-9][A-Za-z0-9._+-]{0,127})?$/,
};
const versionWords = 'use letters, digits and . _ + -, at most 128, starting with a letter or digit';
const alphabetWords: Record<keyof PlaceholderValues, string> = {
  version: versionWords,
  digest: 'use sha256: and 64 lower-case hexadecimal digits',
  track: 'use canary or baseline',
  previousVersion: versionWords,
};
