/** Durations in configuration: `90s`, `5m`, `2h`, `250ms`, or a plain number of seconds. */
import { z } from 'zod';

/** Seconds of `90s`, `5m`, `2h`, `250ms` or a number; null when it is not a duration. */
export const parseDurationSeconds = (value: string | number): number | null => {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value : null;
  const match = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/.exec(value.trim());
  const factor = match?.[2] === undefined ? undefined : secondsOfUnit[match[2]];
  return match === null || factor === undefined ? null : Number(match[1]) * factor;
};

/** A zod field that reads a duration and gives seconds; says the allowed forms and bounds when refused. */
export const durationSeconds = (bounds: { secondsMin: number; secondsMax: number }) =>
  z
    .union([z.string().max(40), z.number()], { error: 'write a duration such as 5s, 2m or 1h' })
    .transform((value, context) => {
      const seconds = parseDurationSeconds(value);
      if (seconds !== null && seconds >= bounds.secondsMin && seconds <= bounds.secondsMax) return seconds;
      const wanted = `between ${bounds.secondsMin}s and ${bounds.secondsMax}s`;
      const message =
        seconds === null
          ? `"${value}" is not a duration; write 5s, 2m or 1h`
          : `${value} is out of range; use a duration ${wanted}`;
      context.issues.push({ code: 'custom', message, input: value });
      return z.NEVER;
    });

const secondsOfUnit: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600 };
