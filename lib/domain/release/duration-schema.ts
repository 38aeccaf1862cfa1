/** Durations as people write them: `90s`, `5m`, `1h30m`, `800ms`. */
import { z } from 'zod';

const DURATION = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?$/;
const MILLISECONDS = /^(\d+(?:\.\d+)?)ms$/;

const parseDuration = (text: string): number | null => {
  const milliseconds = MILLISECONDS.exec(text);
  if (milliseconds) return Number(milliseconds[1]) / 1_000;
  const parts = DURATION.exec(text);
  if (!parts || text === '') return null;
  const [days, hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0));
  return (days ?? 0) * 86_400 + (hours ?? 0) * 3_600 + (minutes ?? 0) * 60 + (seconds ?? 0);
};

/** Seconds, from a number or from `90s`, `5m`, `1h30m`, `800ms`. */
export const durationSchema = z
  .union([z.number(), z.string()], { error: 'write a duration such as 90s, 5m or 2h' })
  .transform((value, context) => {
    const seconds = typeof value === 'number' ? value : parseDuration(value.trim());
    if (seconds !== null && Number.isFinite(seconds) && seconds >= 0 && seconds <= 30 * 86_400)
      return seconds;
    context.addIssue({ code: 'custom', message: 'write a duration such as 90s, 5m or 2h, at most 30d' });
    return z.NEVER;
  });
