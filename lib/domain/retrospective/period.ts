/** What a month or a quarter says, folded release by release, so that a long one needs no more memory than a short one. */

export type PeriodRelease = {
  id: string;
  retrospective: string | null;
  service: string;
  serviceName: string;
  environmentName: string;
  version: string;
  outcome: 'released' | 'rolled-back' | 'cancelled';
  startedAt: number;
  finishedAt: number;
  /** The stage it was stopped at; null when released or never exposed. */
  stoppedAt: { index: number; name: string; shareBasisPoints: number } | null;
  /** Did the analysis say roll back? */
  byVerdict: boolean;
  secondsToDetect: number | null;
  secondsToRecover: number | null;
  harmAvoidedRequests: number | null;
  failedRequests: number | null;
  falseAlarm: string | null;
  tags: readonly string[];
  waits: readonly { gate: string; seconds: number }[];
};

export type WaitSummary = {
  gate: string;
  count: number;
  medianSeconds: number;
  p90Seconds: number;
  longestSeconds: number;
  longestRelease: string;
};

export type Period = {
  released: number;
  stopped: number;
  cancelledWithoutTraffic: number;
  falseAlarms: number;
  /** Stopped releases by the position and name of the stage, the earliest stage first. */
  stoppedByStage: { index: number; name: string; count: number }[];
  waits: WaitSummary[];
  /** Tags that more than one retrospective names, the most frequent first. */
  repeatedFactors: { tag: string; releases: string[] }[];
  /** Harm that the analysis caught fast at a small share, the fastest first. */
  celebrations: PeriodRelease[];
};

/** Fast and small enough to be worth a word: both limits are said wherever the list is shown. */
export const CELEBRATE = { secondsMax: 300, shareBasisPointsMax: 2_500, shown: 5 } as const;

/** Takes releases in any order; `summary` may be asked at any time. */
export const periodFold = () => {
  const counts = { released: 0, stopped: 0, cancelledWithoutTraffic: 0, falseAlarms: 0 };
  const stages = new Map<string, { index: number; name: string; count: number }>();
  const waits = new Map<string, { seconds: number; release: string }[]>();
  const tags = new Map<string, string[]>();
  let celebrations: PeriodRelease[] = [];
  const add = (release: PeriodRelease): void => {
    if (release.outcome === 'released') counts.released += 1;
    else if (release.stoppedAt) counts.stopped += 1;
    else counts.cancelledWithoutTraffic += 1;
    if (release.falseAlarm !== null) counts.falseAlarms += 1;
    addStage(stages, release);
    for (const { gate, seconds } of release.waits)
      waits.set(gate, [...(waits.get(gate) ?? []), { seconds, release: release.id }]);
    for (const tag of new Set(release.tags)) tags.set(tag, [...(tags.get(tag) ?? []), release.id]);
    if (isWorthCelebrating(release))
      celebrations = [...celebrations, release].sort(byDetection).slice(0, CELEBRATE.shown);
  };
  const summary = (): Period => ({
    ...counts,
    stoppedByStage: [...stages.values()].sort((a, b) => a.index - b.index || compare(a.name, b.name)),
    waits: [...waits].map(([gate, found]) => summaryOf(gate, found)).sort((a, b) => compare(a.gate, b.gate)),
    repeatedFactors: [...tags]
      .flatMap(([tag, releases]) => (releases.length > 1 ? [{ tag, releases }] : []))
      .sort((a, b) => b.releases.length - a.releases.length || compare(a.tag, b.tag)),
    celebrations,
  });
  return { add, summary };
};

/** Median of the middle two where there are two; the 90th percentile is the nearest rank. `values` is not empty. */
export const waitFigures = (values: readonly number[]): { median: number; p90: number; longest: number } => {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number): number => sorted[Math.min(sorted.length - 1, Math.max(0, index))] ?? 0;
  const middle = (sorted.length - 1) / 2;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    p90: at(Math.ceil(sorted.length * 0.9) - 1),
    longest: at(sorted.length - 1),
  };
};

const addStage = (
  stages: Map<string, { index: number; name: string; count: number }>,
  { stoppedAt }: PeriodRelease,
): void => {
  if (!stoppedAt) return;
  const key = `${stoppedAt.index}/${stoppedAt.name}`;
  const known = stages.get(key) ?? { index: stoppedAt.index, name: stoppedAt.name, count: 0 };
  stages.set(key, { ...known, count: known.count + 1 });
};

const isWorthCelebrating = (release: PeriodRelease): boolean =>
  release.byVerdict &&
  release.falseAlarm === null &&
  release.secondsToDetect !== null &&
  release.secondsToDetect <= CELEBRATE.secondsMax &&
  release.stoppedAt !== null &&
  release.stoppedAt.shareBasisPoints <= CELEBRATE.shareBasisPointsMax;

const byDetection = (a: PeriodRelease, b: PeriodRelease): number =>
  (a.secondsToDetect ?? 0) - (b.secondsToDetect ?? 0) || compare(a.id, b.id);

const summaryOf = (gate: string, found: readonly { seconds: number; release: string }[]): WaitSummary => {
  const { median, p90, longest } = waitFigures(found.map(({ seconds }) => seconds));
  return {
    gate,
    count: found.length,
    medianSeconds: median,
    p90Seconds: p90,
    longestSeconds: longest,
    longestRelease: found.find(({ seconds }) => seconds === longest)?.release ?? '',
  };
};

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
