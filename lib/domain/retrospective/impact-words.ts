/** The figures of an impact in the order and words in which every surface shows them. */
import type { TimelineItem } from './draft-schema.ts';
import { exactSeconds, groupText } from './impact.ts';

const seconds = exactSeconds;
const approximate = (value: number): string =>
  Math.abs(value) < 10 ? String(Number(value.toFixed(1))) : groupText(value);

/** `text` says a value that is known. Shares are percent here. */
export const IMPACT_WORDS = [
  { key: 'people', label: 'People reached', text: groupText },
  { key: 'requests', label: 'Requests reached', text: groupText },
  { key: 'failedRequests', label: 'Requests that failed', text: groupText },
  { key: 'failedBeyondBaseline', label: 'Failed beyond the baseline', text: approximate },
  { key: 'exposureSeconds', label: 'Time with traffic', text: seconds },
  { key: 'largestShare', label: 'Largest share', text: (value: number) => `${value} %` },
  { key: 'secondsToDetect', label: 'Time to detect', text: seconds },
  { key: 'secondsToRecover', label: 'Time to recover', text: seconds },
  { key: 'harmAvoidedRequests', label: 'Failures avoided against a full rollout', text: approximate },
] as const;

/** What a metric had counted at a verdict: failures as counts, everything else as a comparison. */
export const metricText = ({
  name,
  kind,
  canary,
  baseline,
  ratio,
}: TimelineItem['metrics'][number]): string => {
  const times = ratio.estimate === null ? '' : `${Number(ratio.estimate.toFixed(2))} times the baseline`;
  if (kind === 'errors')
    return `${name}: ${groupText(canary.bad)} of ${groupText(canary.n)} failed on the canary, ${groupText(baseline.bad)} of ${groupText(baseline.n)} on the baseline${times && `; ${times}`}`;
  return `${name}: ${times || 'cannot be compared yet'}, from ${groupText(canary.n)} on the canary and ${groupText(baseline.n)} on the baseline`;
};
