/** config.json beside the files of a history: what was chosen for it. */
import { z } from 'zod';
import { suggest } from '../suggest.ts';
import { isTimezone } from '../time-zone.ts';
import { parseDay } from './local-days.ts';
import { type DoraSettings, doraSettingsDefault } from './types.ts';

const date = z
  .string()
  .refine((text) => parseDay(text) !== null, { error: 'is no date; write it as 2026-03-02' });

/** The same limits for config.json, the settings of a server and the command line. */
export const timezoneSchema = z
  .string()
  .max(100)
  .refine(isTimezone, { error: 'is no time zone; write an IANA name such as Europe/Berlin' });
export const linkWindowHoursSchema = z
  .number({ error: 'must be a number of hours' })
  .min(0, { error: 'must be 0 hours or more' })
  .max(8_784, { error: 'must be a year (8784 hours) or less' });
export const severitiesSchema = z
  .array(z.number().int().min(1).max(4, { error: 'severities are 1 (worst) to 4' }), {
    error: 'must be a list such as [1, 2, 3]',
  })
  .max(4)
  .refine((list) => new Set(list).size === list.length, { error: 'names a severity twice' });

const configSchema = z.strictObject({
  timezone: timezoneSchema.optional(),
  from: date.optional(),
  to: date.optional(),
  link_window_hours: linkWindowHoursSchema.optional(),
  severities: severitiesSchema.optional(),
  first_deployment_is_baseline: z.boolean({ error: 'must be true or false' }).optional(),
});

export type DoraConfig = { settings: DoraSettings; from: string | undefined; to: string | undefined };

export type ConfigProblem = { path: string; message: string };

/** Fills in the defaults. Unknown keys and wrong values come back by their path. */
export const parseDoraConfig = (value: unknown): { config: DoraConfig } | { problems: ConfigProblem[] } => {
  const parsed = configSchema.safeParse(value);
  if (!parsed.success) return { problems: parsed.error.issues.flatMap(problemsOf) };
  const { data } = parsed;
  return {
    config: {
      from: data.from,
      to: data.to,
      settings: {
        timezone: data.timezone ?? doraSettingsDefault.timezone,
        linkWindowHours: data.link_window_hours ?? doraSettingsDefault.linkWindowHours,
        severities: data.severities ?? doraSettingsDefault.severities,
        firstDeploymentIsBaseline:
          data.first_deployment_is_baseline ?? doraSettingsDefault.firstDeploymentIsBaseline,
      },
    },
  };
};

const KEYS = Object.keys(configSchema.shape);

const problemsOf = (issue: z.core.$ZodIssue): ConfigProblem[] => {
  if (issue.code !== 'unrecognized_keys') return [{ path: issue.path.join('.'), message: issue.message }];
  return issue.keys.map((key) => {
    const near = suggest(key, KEYS);
    return {
      path: key,
      message:
        near === null ? `is unknown; the keys are ${KEYS.join(', ')}` : `is unknown; did you mean ${near}?`,
    };
  });
};
