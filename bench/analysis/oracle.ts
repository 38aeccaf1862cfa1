/**
 * What can be reached at all. The oracle knows the truth before and after the harm and the baseline without error,
 * and stops when the likelihood ratio of the canary's requests reaches 1 / alpha (Wald 1945).
 */
import type { Interval } from '../../lib/domain/analysis/contract.ts';
import type { Rule } from './rivals.ts';
import type { Scenario } from './scenarios.ts';

export const ALPHA = 0.01;

/** The oracle of a scenario; null where the truth is not one number. */
export const oracleOf = (scenario: Scenario): Rule | null => {
  const rates = ratesOf(scenario);
  if (!rates) return null;
  let evidence = 0;
  return {
    name: 'oracle',
    take: ({ canary }: Interval, second: number): boolean => {
      if (!canary || second < scenario.onsetSeconds) return false;
      const bad = rates.metric === 'errors' ? canary.errors : (canary.counts?.conversions ?? 0);
      evidence += bad * Math.log(rates.harmed / rates.healthy);
      evidence += (canary.requests - bad) * Math.log((1 - rates.harmed) / (1 - rates.healthy));
      return evidence >= Math.log(1 / ALPHA);
    },
  };
};

/** Mean seconds that any test with this chance of a false alarm needs, with the baseline known; null where unknown. */
export const waldSeconds = (scenario: Scenario): number | null => {
  const rates = ratesOf(scenario);
  if (!rates) return null;
  const { harmed, healthy } = rates;
  const perRequest =
    harmed * Math.log(harmed / healthy) + (1 - harmed) * Math.log((1 - harmed) / (1 - healthy));
  return Math.log(1 / ALPHA) / (perRequest * scenario.requestsPerSecond * scenario.share);
};

const ratesOf = ({
  kind,
  shape,
  errorRate,
  errorFactor,
  conversionRate,
  conversionFactor,
}: Scenario): { metric: 'errors' | 'conversions'; healthy: number; harmed: number } | null => {
  if (kind !== 'regression' || shape !== 'steady') return null;
  if (errorFactor > 1 && errorRate > 0)
    return { metric: 'errors', healthy: errorRate, harmed: errorRate * errorFactor };
  if (conversionFactor < 1)
    return { metric: 'conversions', healthy: conversionRate, harmed: conversionRate * conversionFactor };
  return null;
};
