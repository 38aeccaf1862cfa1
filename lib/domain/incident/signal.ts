/** What tools for alerts and incidents say, in one shape: pure readers of their payloads, one a vendor. */
import { z } from 'zod';

export const SOURCE_KINDS = ['pagerduty', 'grafana', 'alertmanager', 'standard'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** One thing a source says about one of its incidents. Times in milliseconds. */
export type IncidentSignal = {
  /** The same for everything the source says about this incident. */
  key: string;
  title: string;
  /** When the source says it happened; a later one wins over an earlier one, in whatever order they arrive. */
  occurredAt: number;
  startedAt: number;
  /** Null while it is open. */
  resolvedAt: number | null;
  /** The source's own word, such as `P1`, `critical` or `2`; null when it gives none. */
  severity: string | null;
  /** The source's own names for what is affected. */
  services: readonly string[];
  link: string | null;
};

/** `ignored` says why a payload that was understood changes nothing. */
export type Reading = { signals: readonly IncidentSignal[]; ignored: string | null };

export const timeOf = z.iso
  .datetime({ offset: true, error: 'use a time with offset, such as 2026-03-01T12:00:00Z' })
  .transform((text) => Date.parse(text))
  .refine((ms) => ms >= EARLIEST && ms <= LATEST, 'use a time from 2000 to 2100');

const EARLIEST = Date.UTC(2000);
const LATEST = Date.UTC(2100);

export const shortText = (max: number) =>
  z.string().transform((text) => text.replace(/[\0\p{Surrogate}]/gu, '?').slice(0, max));

/** Only links that a browser may follow to a page. */
export const linkOf = z
  .string()
  .nullish()
  .transform((text) => (text && /^https?:\/\//.test(text) && text.length <= 2_000 ? text : null));

export const heard = (signals: readonly IncidentSignal[]): Reading => ({ signals, ignored: null });
export const ignore = (why: string): Reading => ({ signals: [], ignored: why });
