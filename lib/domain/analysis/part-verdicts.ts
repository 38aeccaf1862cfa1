import type { PartVerdict } from './contract.ts';
import { worstParts } from './error-parts.ts';
import type { MetricState } from './state.ts';
import { countText, timesText } from './words.ts';

/** The routes and kinds of failures that speak most against the canary, in words. */
export function judgeParts({ evidence, parts }: MetricState): PartVerdict[] {
  if (parts === undefined || evidence.type !== 'proportion') return [];
  return worstParts(parts, evidence.harmBet)
    .slice(0, PARTS_TOLD)
    .map(({ kind, part: { name, totals, baselineBefore }, evidence: value }) => {
      const { canaryN, canaryBad, baselineN, baselineBad } = totals;
      const ratio = baselineBad > 0 ? (canaryBad * baselineN) / (baselineBad * canaryN) : null;
      const times = countText(canaryBad) === '1' ? 'once' : `${countText(canaryBad)} times`;
      const never = baselineBad === 0 && baselineBefore === 0;
      const compared =
        ratio === null ? (never ? 'never seen in the baseline' : 'not in the baseline') : timesText(ratio);
      const subject = kind === 'route' ? `on ${name}` : `error ${name}`;
      const told =
        kind === 'route' && ratio !== null ? `${subject}: ${compared}` : `${subject} ${compared}: ${times}`;
      return {
        kind,
        name,
        canary: { n: canaryN, bad: canaryBad },
        baseline: { n: baselineN, bad: baselineBad },
        ratio,
        evidence: value,
        sentence: told,
      };
    });
}

const PARTS_TOLD = 5;
