/** What is said of two releases, line by line. */
import type { ComparedRelease, ReleaseComparison } from '#lib/contract/compare.ts';
import { percentText, secondsText, timesText } from '#lib/domain/analysis/words.ts';
import { durationText, listText } from '#lib/domain/release/words.ts';
import { percentShare } from '../ui/share.ts';

export type CompareRow = { label: string; a: string; b: string };

/** What they were made of and what became of them. */
export const factRows = (compared: ReleaseComparison): CompareRow[] =>
  FACTS.map(([label, of]) => ({ label, a: of(compared.a), b: of(compared.b) }));

/** A stage of each, by place: its share and gate, how long it took, how long the clusters took to follow. */
export const stageRows = ({ a, b }: ReleaseComparison): CompareRow[] =>
  Array.from({ length: Math.max(a.stages.length, b.stages.length) }, (_, index) => {
    const names = [...new Set([a, b].flatMap(({ stages }) => stages[index]?.name ?? []))];
    return { label: names.join(' / '), a: stageText(a.stages[index]), b: stageText(b.stages[index]) };
  });

/** The newest verdict of each, by metric. */
export const metricRows = ({ a, b }: ReleaseComparison): CompareRow[] => {
  const names = [a, b].flatMap(({ verdict }) => verdict?.metrics.map(({ name }) => name) ?? []);
  const of = ({ verdict }: ComparedRelease, name: string) =>
    metricText(verdict?.metrics.find((metric) => metric.name === name));
  return [...new Set(names)].map((name) => ({ label: name, a: of(a, name), b: of(b, name) }));
};

const NONE = '–';
const seconds = (value: number | null): string => (value === null ? NONE : durationText(value));
const count = (value: number | null): string => value?.toLocaleString('en') ?? NONE;

const FACTS: [string, (release: ComparedRelease) => string][] = [
  ['Service', ({ serviceName }) => serviceName],
  ['Environment', ({ environmentName }) => environmentName],
  ['Version', ({ version }) => version],
  ['Digest', ({ digest }) => digest.replace(/^(sha256:)?(.{12}).*$/, '$2…')],
  ['Commit', ({ commit }) => commit?.slice(0, 12) ?? NONE],
  ['Configuration', ({ configVersion }) => configVersion ?? NONE],
  ['From version', ({ baselineVersion }) => baselineVersion ?? 'unknown'],
  ['Plan', ({ plan }) => `${plan.name}, revision ${plan.revision}`],
  ['Outcome', ({ outcome, state }) => outcome ?? state],
  ['Took', ({ durationSeconds }) => seconds(durationSeconds)],
  ['Reason', ({ reason }) => reason ?? NONE],
  ['Requests of the canary', ({ requests }) => count(requests)],
  ['Failed requests of the canary', ({ badRequests }) => count(badRequests)],
  ['People', ({ people }) => people.map(({ name, did }) => `${name} (${listText(did)})`).join(', ') || NONE],
];

const stageText = (stage: ComparedRelease['stages'][number] | undefined): string => {
  if (!stage) return NONE;
  const head = `${percentShare(stage.share)}, ${stage.gate}`;
  if (stage.startedAt === null) return `${head}: not reached`;
  const took = stage.durationSeconds === null ? 'not over' : `took ${durationText(stage.durationSeconds)}`;
  const waited =
    stage.confirmedAfterSeconds === null
      ? 'not confirmed'
      : `confirmed after ${stage.confirmedAfterSeconds < 1 ? 'less than 1 s' : durationText(stage.confirmedAfterSeconds)}`;
  return `${head}: ${took}, ${waited}`;
};

type Metric = NonNullable<ComparedRelease['verdict']>['metrics'][number];

const metricText = (metric: Metric | undefined): string => {
  if (!metric) return NONE;
  const value = metric.kind === 'latency' ? secondsText : percentText;
  const { estimate, low, high } = metric.ratio;
  const ratio = estimate === null ? '' : `, ${timesText(estimate)}`;
  const range = low === null || high === null ? '' : ` (${timesText(low)} to ${timesText(high)})`;
  return `${metric.decision}: ${value(metric.canary.value)} against ${value(metric.baseline.value)}${ratio}${range}`;
};
