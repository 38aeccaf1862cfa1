import { z } from 'zod';
import { releaseFilterSchema } from '../../contract/release.ts';
import { readCursor } from '../../data/views/release-list.ts';
import type { ReleaseFilter, SearchPlace } from '../../data/views/release-search.ts';
import { ServiceError } from '../errors.ts';

const DAY_MS = 86_400_000;

/** The filter of a list of releases as the database understands it. Throws `invalid` by field. */
export const releaseFilterOf = (given: z.input<typeof releaseFilterSchema>): ReleaseFilter => {
  const { from, to, ...rest } = releaseFilterSchema.parse(given);
  const span = {
    from: from === undefined ? undefined : Date.parse(from),
    to: to === undefined ? undefined : Date.parse(to) + (isDay(to) ? DAY_MS : 0),
  };
  if (span.from !== undefined && span.to !== undefined && span.from >= span.to)
    throw invalid('from', 'must be before to');
  return { ...rest, ...span };
};

/** The place that `next` of the page before names. Throws `invalid`. */
export const releasePlaceOf = (cursor: string | undefined): SearchPlace | null => {
  if (cursor === undefined) return null;
  const place = readCursor(cursor);
  if (place) return place;
  throw invalid('cursor', 'use the value of "next" from the page before, or leave it out for the newest');
};

const isDay = (time: string): boolean => z.iso.date().safeParse(time).success;

const invalid = (path: string, message: string): ServiceError =>
  new ServiceError('invalid', `${path}: ${message}.`, { errors: [{ path, message }] });
