import type { ArmCounts, Interval } from './contract.ts';
import { dispersionFactor } from './dispersion.ts';
import { type ErrorParts, observeErrorParts } from './error-parts.ts';
import { WARMUP_RATIO } from './errors.ts';
import { mixtureEvidence } from './mixture.ts';
import type { Span } from './span.ts';
import type { MetricState } from './state.ts';

/** The parts of a metric after one span, from what the total knew before it; undefined where it has none. */
export function observeParts(
  { evidence, parts }: MetricState,
  span: Span,
  { canary, baseline }: Interval,
): ErrorParts | undefined {
  if (parts === undefined || evidence.type !== 'proportion' || baseline === null) return parts;
  if (parts.stake === 0 && !tellsParts(baseline)) return parts;
  const bet = evidence.harmBet;
  return observeErrorParts(parts, span, canary, baseline, {
    bet,
    boundary: span.warmingUp ? Math.max(bet.boundary, WARMUP_RATIO) : bet.boundary,
    dispersion: dispersionFactor(evidence.dispersion, []),
    wealth: mixtureEvidence(evidence.harm, bet.weights),
  });
}

function tellsParts({ routes, fingerprints }: ArmCounts): boolean {
  return routes !== undefined || fingerprints !== undefined;
}
