import { findGauge, type GaugeEvidence } from './gauge.ts';
import type { MetricState } from './state.ts';
import { durationText, timesText, valueText } from './words.ts';

/** The levels of both sides, and what they may be compared for. */
export function gaugeText(evidence: GaugeEvidence, show: (value: number | null) => string): string {
  const { canary, baseline, sameAge, instances } = findGauge(evidence);
  const ratio =
    canary !== null && baseline !== null && baseline > 0 ? `, ${timesText(canary / baseline)}` : '';
  const age = sameAge ? 'of the same age' : 'of another age';
  const values = `canary ${show(canary)} against ${show(baseline)} on instances ${age}${ratio}`;
  const alone = instances.canary < 2 ? '; one instance alone can make a stage wait, not roll it back' : '';
  return `${values}${alone}`;
}

/** "c-1 grows by 12 MiB a minute and reaches the limit in 31 minutes"; empty where nothing grows. */
export function leakText({ evidence, definition }: MetricState): string {
  if (evidence.type !== 'gauge') return '';
  const { leak } = findGauge(evidence);
  if (leak === null) return '';
  const { perMinute, instance, reachesSeconds } = leak;
  const moves = perMinute > 0 ? 'grows' : 'falls';
  const rate = `${instance} ${moves} by ${valueText(Math.abs(perMinute), definition.unit)} a minute, more than the baseline`;
  if (reachesSeconds === null) return rate;
  return reachesSeconds === 0
    ? `${rate}, and is at the limit`
    : `${rate}, and reaches the limit in ${durationText(reachesSeconds)}`;
}
