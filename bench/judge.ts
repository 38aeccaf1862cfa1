/**
 * `npm run bench:judge`: what one core judges. Seconds of targets with three metrics and fifteen buckets, one interval
 * a second, a verdict every five; processor time, so that what else the machine does counts little. Rounds by argument.
 */
import process from 'node:process';
import {
  type AnalysisState,
  defaultAnalysisPolicy,
  judge,
  observeOwned,
  startAnalysis,
} from '../lib/domain/analysis/index.ts';
import { SCENARIOS, SECONDS } from './analysis/scenarios.ts';
import { historyOf, trafficOf } from './analysis/traffic.ts';
import { machineText } from './harness/figures.ts';

const ROUNDS = Number(process.argv[2] ?? 15);
const LOOK_SECONDS = 5;

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

/** Microseconds of processor time that `work` takes. */
const cost = (work: () => void): number => {
  const before = process.cpuUsage();
  work();
  const used = process.cpuUsage(before);
  return used.user + used.system;
};
const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const observing: number[] = [];
const judging: number[] = [];
const together: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  const state = fresh();
  observing.push(cost(() => observeOwned(state, intervals)) / SECONDS);
  judging.push(
    cost(() => {
      for (let look = 0; look < SECONDS; look += LOOK_SECONDS) judge(state, SECONDS * 1_000);
    }) /
      (SECONDS / LOOK_SECONDS),
  );
  const live = fresh();
  together.push(
    cost(() => {
      for (let second = 0; second < SECONDS; second += LOOK_SECONDS) {
        observeOwned(live, intervals.slice(second, second + LOOK_SECONDS));
        judge(live, (second + LOOK_SECONDS) * 1_000);
      }
    }) / SECONDS,
  );
}
const perSecond = 1e6 / median(together);
console.log(machineText());
console.log(`an interval ${median(observing).toFixed(1)} µs, a verdict ${median(judging).toFixed(1)} µs`);
console.log(
  `${Math.round(perSecond).toLocaleString('en')} target-seconds judged a second on one core (wanted: 100,000); 10,000 targets take ${((100 * 10_000) / perSecond).toFixed(0)} % of it`,
);
