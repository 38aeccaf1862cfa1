/** From the outcomes of a scenario to one line of the table. */
import { OURS, type Outcome } from './judge-canary.ts';
import { waldSeconds } from './oracle.ts';
import { type Scenario, TARGETS } from './scenarios.ts';

export type Delays = {
  /** Part of the canaries that were stopped after the onset, 0..1. */
  found: number;
  /** Part that was stopped although nothing was wrong yet. */
  falsely: number;
  /** Seconds from the onset; Infinity where fewer than that part was ever stopped. */
  median: number;
  p95: number;
};

export type Line = {
  scenario: Scenario;
  canaries: number;
  rules: Record<string, Delays>;
  /** 95 % interval of our share of false rollbacks (Wilson 1927). */
  falselyInterval: [number, number];
  advanced: { share: number; median: number };
  canaryRequestsMedian: number;
  waldSeconds: number | null;
  grade: 'met' | 'stretch' | 'missed' | 'not asked';
  because: string;
};

const FALSE_ROLLBACKS_MAX = 0.015;

export const summarize = (scenario: Scenario, outcomes: readonly Outcome[]): Line => {
  const names = Object.keys(outcomes[0]?.stopped ?? {});
  const rules = Object.fromEntries(names.map((name) => [name, delaysOf(scenario, outcomes, name)]));
  const ours = rules[OURS] ?? delaysOf(scenario, outcomes, OURS);
  const advanced = outcomes.map((outcome) => outcome.advanced ?? Number.POSITIVE_INFINITY);
  const counts = new Map<string, number>();
  for (const { because } of outcomes)
    if (because.length > 0) counts.set(because.join('+'), (counts.get(because.join('+')) ?? 0) + 1);
  return {
    scenario,
    canaries: outcomes.length,
    rules,
    falselyInterval: wilson(ours.falsely * outcomes.length, outcomes.length),
    advanced: {
      share: advanced.filter(Number.isFinite).length / outcomes.length,
      median: quantile(advanced, 0.5),
    },
    canaryRequestsMedian: quantile(
      outcomes.map(({ canaryRequests }) => canaryRequests),
      0.5,
    ),
    waldSeconds: waldSeconds(scenario),
    grade: gradeOf(scenario, ours, advanced),
    because: [...counts].map(([names_, count]) => `${names_} ${count}`).join(', '),
  };
};

/** The 95 % interval of a proportion (Wilson 1927). */
export const wilson = (hits: number, n: number): [number, number] => {
  if (n === 0) return [0, 1];
  const z = 1.96;
  const part = hits / n;
  const centre = part + z ** 2 / (2 * n);
  const half = z * Math.sqrt((part * (1 - part)) / n + z ** 2 / (4 * n ** 2));
  const at = (value: number) => Math.max(0, Math.min(1, value / (1 + z ** 2 / n)));
  return [at(centre - half), at(centre + half)];
};

const delaysOf = (scenario: Scenario, outcomes: readonly Outcome[], rule: string): Delays => {
  const { onsetSeconds, kind } = scenario;
  const stops = outcomes.map(({ stopped }) => stopped[rule] ?? Number.POSITIVE_INFINITY);
  const wrong = (stop: number) => Number.isFinite(stop) && (kind !== 'regression' || stop <= onsetSeconds);
  const delays = stops.map((stop) => (wrong(stop) ? Number.POSITIVE_INFINITY : stop - onsetSeconds));
  return {
    found: delays.filter(Number.isFinite).length / outcomes.length,
    falsely: stops.filter(wrong).length / outcomes.length,
    median: quantile(delays, 0.5),
    p95: quantile(delays, 0.95),
  };
};

const gradeOf = (scenario: Scenario, ours: Delays, advanced: readonly number[]): Line['grade'] => {
  if (scenario.kind === 'healthy') return ours.falsely <= FALSE_ROLLBACKS_MAX ? 'met' : 'missed';
  // A claim on failures may be shown although the conversions tell nothing; rolling back may not.
  const mayAdvance = scenario.shape === 'conversions';
  if (scenario.kind === 'hold')
    return ours.falsely <= FALSE_ROLLBACKS_MAX && (mayAdvance || !advanced.some(Number.isFinite))
      ? 'met'
      : 'missed';
  const target = TARGETS[scenario.name];
  if (!target) return 'not asked';
  const reaches = (seconds: number | null, found: number | null) =>
    (seconds === null || ours.median <= seconds) && (found === null || ours.found >= found);
  if (reaches(target.stretch, target.foundStretch)) return 'stretch';
  return reaches(target.must, target.found) ? 'met' : 'missed';
};

const quantile = (values: readonly number[], part: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
};
