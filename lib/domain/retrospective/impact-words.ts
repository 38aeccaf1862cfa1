/** The figures of an impact in the order and words in which every surface shows them. */
import { durationText } from '../release/words.ts';
import { groupText } from './impact.ts';

const seconds = (value: number): string =>
  value < 60 ? `${Number(value.toFixed(1))} s` : durationText(value);
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
