/**
 * `npm run bench:judge`: what one core judges. Seconds of targets with three metrics and fifteen buckets, a verdict
 * every five; processor time, so that what else the machine does counts little. Rounds by argument.
 */
import process from 'node:process';
import {
  type AnalysisState,
  type ArmCounts,
  defaultAnalysisPolicy,
  type Interval,
  judge,
  observeOwned,
  startAnalysis,
} from '../lib/domain/analysis/index.ts';
import { SCENARIOS, SECONDS } from './analysis/scenarios.ts';
import { historyOf, trafficOf } from './analysis/traffic.ts';
import { machineText } from './harness/figures.ts';

const ROUNDS = Number(process.argv[2] ?? 15);
const LOOK_SECONDS = 5;
const LOOKS = SECONDS / LOOK_SECONDS;

const [scenario] = SCENARIOS;
if (!scenario) throw new Error('there is no scenario to judge');
const traffic = trafficOf(scenario, 1);
const history = historyOf(traffic);
const intervals = Array.from({ length: SECONDS }, (_, second) => traffic.next(second));
const policy = {
  ...defaultAnalysisPolicy,
  warmupSeconds: 0,
  metrics: [...defaultAnalysisPolicy.metrics, { name: 'conversions', margin: 0.01, weight: 0.15 }],
};
const fresh = (): AnalysisState =>
  observeOwned(
    startAnalysis(
      policy,
      [
        { name: 'errors', kind: 'errors', direction: 'lower-is-better' },
        { name: 'latency', kind: 'latency', direction: 'lower-is-better' },
        { name: 'conversions', kind: 'rate', direction: 'higher-is-better' },
      ],
      0,
    ),
    history,
  );

const sum = (a: ArmCounts | null, b: ArmCounts | null): ArmCounts | null =>
  a &&
  b && {
    requests: a.requests + b.requests,
    errors: a.errors + b.errors,
    latency: a.latency?.map((count, bucket) => count + (b.latency?.[bucket] ?? 0)),
    counts: { conversions: (a.counts?.conversions ?? 0) + (b.counts?.conversions ?? 0) },
  };
const joined = (parts: Interval[]): Interval =>
  parts.reduce((a, b) => ({
    ...b,
    seconds: a.seconds + b.seconds,
    canary: sum(a.canary, b.canary),
    baseline: sum(a.baseline, b.baseline),
  }));

/** Microseconds of processor time that `work` takes. */
const cost = (work: () => void): number => {
  const before = process.cpuUsage();
  work();
  const used = process.cpuUsage(before);
  return used.user + used.system;
};
const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Costs of a second of a target: when it reports every second, and when it reports every five. */
const measure = (reported: Interval[]) => {
  const every = SECONDS / reported.length;
  const perLook = LOOK_SECONDS / every;
  const observing: number[] = [];
  const judging: number[] = [];
  const together: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const state = fresh();
    observing.push(cost(() => observeOwned(state, reported)) / reported.length);
    judging.push(
      cost(() => {
        for (let look = 0; look < LOOKS; look += 1) judge(state, SECONDS * 1_000);
      }) / LOOKS,
    );
    const live = fresh();
    together.push(
      cost(() => {
        for (let look = 0; look < LOOKS; look += 1) {
          observeOwned(live, reported.slice(look * perLook, (look + 1) * perLook));
          judge(live, (look + 1) * LOOK_SECONDS * 1_000);
        }
      }) / SECONDS,
    );
  }
  const perSecond = 1e6 / median(together);
  console.log(
    `reporting every ${every} s: an interval ${median(observing).toFixed(1)} µs, a verdict ${median(judging).toFixed(1)} µs; ` +
      `${Math.round(perSecond).toLocaleString('en')} target-seconds judged a second on one core, 10,000 targets take ${((100 * 10_000) / perSecond).toFixed(0)} % of it`,
  );
};

console.log(machineText());
measure(intervals);
measure(
  Array.from({ length: SECONDS / LOOK_SECONDS }, (_, look) =>
    joined(intervals.slice(look * LOOK_SECONDS, (look + 1) * LOOK_SECONDS)),
  ),
);
