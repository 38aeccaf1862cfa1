import type { CountEvidence } from './count.ts';
import type { Estimate } from './estimate.ts';
import { findGauge, type GaugeEvidence } from './gauge.ts';
import type { MeanEvidence } from './mean.ts';
import { meanRatioInterval } from './mean-curve.ts';
import { ratioInterval } from './ratio-curve.ts';

/** Events a minute as if all traffic were one version's; `n` are the events, `badExcess` those missing or too many. */
export function estimateCount({ totals, curve }: CountEvidence, alpha: number, higher: boolean): Estimate {
  const minutes = totals.canarySeconds / 60;
  const excess = totals.canary - totals.expected;
  return {
    canary: { n: totals.canary, bad: 0, value: minutes > 0 ? totals.canary / minutes : null },
    baseline: { n: totals.baseline, bad: 0, value: minutes > 0 ? totals.expected / minutes : null },
    ratio: {
      estimate: totals.weightedBaseline > 0 ? totals.weightedCanary / totals.weightedBaseline : null,
      ...ratioInterval(curve, alpha),
    },
    badExcess: higher ? -excess : excess,
  };
}

/** Means in the metric's unit; `badExcess` is the sum that is missing or too much. */
export function estimateMean({ totals, curve }: MeanEvidence, alpha: number, higher: boolean): Estimate {
  const { canaryN, baselineN, canarySum, expected } = totals;
  const excess = canarySum - expected;
  return {
    canary: { n: canaryN, bad: 0, value: canaryN > 0 ? canarySum / canaryN : null },
    baseline: { n: baselineN, bad: 0, value: canaryN > 0 ? expected / canaryN : null },
    ratio: { estimate: expected > 0 ? canarySum / expected : null, ...meanRatioInterval(curve, alpha) },
    badExcess: higher ? -excess : excess,
  };
}

/** Levels of the last minute; `n` are the readings. Readings of few hosts allow no interval of the ratio. */
export function estimateGauge(evidence: GaugeEvidence): Estimate {
  const { canary, baseline } = findGauge(evidence);
  const known = canary !== null && baseline !== null && baseline > 0;
  return {
    canary: { n: evidence.readings.canary, bad: 0, value: canary },
    baseline: { n: evidence.readings.baseline, bad: 0, value: baseline },
    ratio: { estimate: known ? canary / baseline : null, low: null, high: null },
    badExcess: 0,
  };
}
