/** The answer of `slipway dora` and GET /api/v1/dora: facts in, one JSON document out. */
import { fromDeploy } from './failures.ts';
import { groupBy } from './group-by.ts';
import {
  type Calendar,
  calendarOf,
  type Day,
  dayText,
  monthsOf,
  parseDay,
  type Window,
  weeksOf,
} from './local-days.ts';
import { type Bands2023, bands2023Of, type Quickcheck, quickcheckOf } from './scores.ts';
import { round } from './statistics.ts';
import { leadSecondsOf, type Summary, summarise, type Timeline, timelineOf } from './summary.ts';
import {
  DEFINITIONS_VERSION,
  type DeploymentFact,
  type DeploymentKind,
  type DoraSettings,
  type Facts,
  type FailureReason,
  type SkipReason,
} from './types.ts';
import { type Undeployed, undeployedOf } from './undeployed.ts';

export type WindowSummary = Summary & {
  /** Local dates, half-open. */
  start: string;
  end: string;
  /** Incidents of the last hours may still be linked to changes of this window. */
  still_moving: boolean;
};

export type DoraAnswer = {
  definitions_version: number;
  timezone: string;
  from: string;
  to: string;
  total: Summary;
  by_week: WindowSummary[];
  by_month: WindowSummary[];
  by_service: Record<string, Summary>;
  quickcheck: Quickcheck;
  bands_2023: Bands2023;
  undeployed: Record<string, Undeployed>;
} & Partial<DoraDetails>;

/** What the rules said of single rows, in and before the window. */
export type DoraDetails = {
  incident_links: Record<string, readonly string[]>;
  incidents_skipped: Record<string, SkipReason>;
  failed_changes: Record<string, readonly FailureReason[]>;
  recoveries: Record<string, RecoveryView>;
  kinds: Record<string, DeploymentKind>;
  lead_time_samples: Record<string, number>;
};

export type RecoveryView = {
  start: string;
  end: string | null;
  s: number | null;
  from_deploy_s: number | null;
};

export type AnswerOptions = {
  settings: DoraSettings;
  window: Window;
  /** The moment of asking: how old undeployed commits are, and which windows may still move. */
  asOf: number;
  /** Also what the rules said of every row. */
  details: boolean;
};

export const answerOf = (facts: Facts, { settings, window, asOf, details }: AnswerOptions): DoraAnswer => {
  const calendar = calendarOf(settings.timezone);
  const timeline = timelineOf(facts.deployments, facts.deliveries);
  const total = summarise(timeline, calendar, window.from, window.to);
  const settledBefore = asOf - settings.linkWindowHours * 3_600_000;
  const inWindows = (windows: Window[]) =>
    windows.map((part) => windowSummary(timeline, calendar, part, settledBefore));
  return {
    definitions_version: DEFINITIONS_VERSION,
    timezone: settings.timezone,
    from: dayText(window.from),
    to: dayText(window.to),
    total,
    by_week: inWindows(weeksOf(window)),
    by_month: inWindows(monthsOf(window)),
    by_service: byService(facts, calendar, window),
    quickcheck: quickcheckOf(total),
    bands_2023: bands2023Of(total),
    undeployed: undeployedOf(facts.deliveries, asOf),
    ...(details ? detailsOf(facts) : {}),
  };
};

const windowSummary = (
  timeline: Timeline,
  calendar: Calendar,
  { from, to }: Window,
  settledBefore: number,
): WindowSummary => ({
  start: dayText(from),
  end: dayText(to),
  ...summarise(timeline, calendar, from, to),
  still_moving: calendar.startOf(to) > settledBefore,
});

const byService = (facts: Facts, calendar: Calendar, { from, to }: Window): Record<string, Summary> => {
  const deliveries = groupBy(facts.deliveries, ({ service }) => service);
  const services = [...groupBy(facts.deployments, ({ service }) => service)];
  services.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    services.map(([service, deployments]) => [
      service,
      summarise(timelineOf(deployments, deliveries.get(service) ?? []), calendar, from, to),
    ]),
  );
};

export const detailsOf = ({ deployments, deliveries, incidents }: Facts): DoraDetails => {
  const failed = deployments.filter(({ failedBecause }) => failedBecause.length > 0);
  return {
    incident_links: Object.fromEntries(
      incidents.flatMap(({ id, skipped, deployments: linked }) => (skipped === null ? [[id, linked]] : [])),
    ),
    incidents_skipped: Object.fromEntries(
      incidents.flatMap(({ id, skipped }) => (skipped === null ? [] : [[id, skipped]])),
    ),
    failed_changes: Object.fromEntries(failed.map(({ id, failedBecause }) => [id, failedBecause])),
    recoveries: Object.fromEntries(failed.flatMap((fact) => recoveryEntry(fact))),
    kinds: Object.fromEntries(deployments.map(({ id, kind }) => [id, kind])),
    lead_time_samples: Object.fromEntries(
      deliveries.flatMap((fact) =>
        fact.deliveredAt !== null && fact.deliveredAt >= fact.authoredAt
          ? [[`${fact.sha}@${fact.service}`, round(leadSecondsOf(fact), 3)]]
          : [],
      ),
    ),
  };
};

const recoveryEntry = (fact: DeploymentFact): [string, RecoveryView][] => {
  if (fact.recovery === null) return [];
  const { start, end } = fact.recovery;
  return [
    [
      fact.id,
      {
        start: new Date(start).toISOString(),
        end: end === null ? null : new Date(end).toISOString(),
        s: end === null ? null : (end - start) / 1_000,
        from_deploy_s: end === null ? null : (end - fromDeploy(fact)) / 1_000,
      },
    ],
  ];
};

/**
 * The window that was asked for. Where an end is not given: the local dates of the first and last finished production
 * deployment, or of `asOf` when there is none. Throws `RangeError` in words for dates that are none.
 */
export const windowOf = (
  asked: { from?: string | undefined; to?: string | undefined },
  timezone: string,
  ends: { first: number | null; last: number | null },
  asOf: number,
): Window => {
  const calendar = calendarOf(timezone);
  const to = asked.to === undefined ? calendar.dayOf(ends.last ?? asOf) + 1 : dayOfText('to', asked.to);
  const first = Math.max(Math.min(calendar.dayOf(ends.first ?? asOf), to - 1), to - DAYS_MAX);
  const from = asked.from === undefined ? first : dayOfText('from', asked.from);
  if (from >= to)
    throw new RangeError(
      `from: ${dayText(from)} is not before to, ${dayText(to)}; the day of to is not included`,
    );
  if (to - from > DAYS_MAX) throw new RangeError(`from: the window is longer than ${DAYS_MAX} days`);
  return { from, to };
};

const DAYS_MAX = 3_660;

const dayOfText = (name: string, text: string): Day => {
  const day = parseDay(text);
  if (day !== null) return day;
  throw new RangeError(`${name}: "${text}" is no date; write it as 2026-03-02`);
};
