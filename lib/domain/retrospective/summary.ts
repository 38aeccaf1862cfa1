/** The paragraph at the top, and what the record itself shows to have gone well or to have been luck. */
import { shareText } from '../release/words.ts';
import type { Impact, RetrospectiveDraft } from './draft-schema.ts';
import { exactSeconds, groupText } from './impact.ts';
import { type Cast, placeOf } from './people.ts';
import { decisionOf, type Walked } from './walk.ts';

type Header = RetrospectiveDraft['header'];

/** One paragraph: what was released, how it ended and why, whom it reached, how fast it was caught and undone. */
export const summaryOf = (header: Header, impact: Impact, walked: readonly Walked[], cast: Cast): string =>
  [
    endText(header, walked, cast),
    whyText(walked, cast),
    exposureText(header, impact),
    speedText(impact),
    avoidedText(impact),
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');

const endText = (header: Header, walked: readonly Walked[], cast: Cast): string => {
  const over = header.baselineVersion ? ` over ${header.baselineVersion}` : '';
  const what = `${header.service} ${header.version}${over} in ${header.environmentName}`;
  const by = `under the plan ${header.plan} (revision ${header.planRevision})`;
  if (header.outcome === 'released') return `${what} was released ${by}.`;
  const decision = decisionOf(walked);
  const actor = decision ? placeOf(cast.whoOf(decision.event.actor), cast.people) : 'Slipway';
  const stage = header.stoppedAt;
  const at = stage
    ? ` at stage ${stage.index + 1} of ${stage.of}, "${stage.name}" (${shareText(stage.shareBasisPoints)})`
    : ' before it had traffic';
  return `${what} was ${header.outcome === 'cancelled' ? 'cancelled' : 'rolled back'}${at} by ${actor}, ${by}.`;
};

const whyText = (walked: readonly Walked[], cast: Cast): string => {
  const event = decisionOf(walked)?.event;
  if (!event) return '';
  if ('verdict' in event && event.verdict) return event.verdict.sentence;
  if (event.type === 'agent-lost') return 'Contact with an agent was lost and the plan says to go back.';
  return 'reason' in event && event.reason
    ? `The reason given: “${cast.mask(event.reason)}”.`
    : 'No reason was written.';
};

const exposureText = (header: Header, impact: Impact): string => {
  const { requests, failedRequests, exposureSeconds, largestShareBasisPoints } = impact;
  if (largestShareBasisPoints.value === 0) return 'Nobody was exposed to it.';
  const time = exposureSeconds.value === null ? '' : ` over ${exactSeconds(exposureSeconds.value)}`;
  const counted =
    requests.value === null || failedRequests.value === null
      ? `How many requests ${header.version} answered cannot be told.`
      : `${header.version} answered ${groupText(requests.value)} requests${time}, of which ${groupText(failedRequests.value)} failed.`;
  return `At most ${shareText(largestShareBasisPoints.value ?? 0)} of the traffic went to it. ${counted}`;
};

const speedText = ({ secondsToDetect, secondsToRecover }: Impact): string => {
  if (secondsToDetect.value === null || secondsToRecover.value === null) return '';
  return `It was stopped ${exactSeconds(secondsToDetect.value)} after that stage began and all traffic was back ${exactSeconds(secondsToRecover.value)} later.`;
};

const avoidedText = ({ harmAvoidedRequests }: Impact): string =>
  harmAvoidedRequests.value !== null && harmAvoidedRequests.value >= 1
    ? `A full rollout over the same time would have failed about ${groupText(harmAvoidedRequests.value)} more requests.`
    : '';

const SMALL_BASIS_POINTS = 1_000;

/** Statements the record proves; people add theirs. */
export const wentWellOf = (impact: Impact, walked: readonly Walked[]): string[] => {
  const event = decisionOf(walked)?.event;
  const { largestShareBasisPoints: share, secondsToDetect, secondsToRecover, harmAvoidedRequests } = impact;
  const small = share.value !== null && share.value > 0 && share.value <= SMALL_BASIS_POINTS;
  return [
    ...(event && 'verdict' in event && secondsToDetect.value !== null
      ? [`The analysis decided by itself, ${exactSeconds(secondsToDetect.value)} after the stage began.`]
      : []),
    ...(event && secondsToRecover.value !== null
      ? [`All traffic was back on the baseline within ${exactSeconds(secondsToRecover.value)}.`]
      : []),
    ...(event && small ? [`Never more than ${shareText(share.value ?? 0)} of the traffic was exposed.`] : []),
    ...(harmAvoidedRequests.value !== null && harmAvoidedRequests.value >= 1
      ? [`About ${groupText(harmAvoidedRequests.value)} failures of a full rollout did not happen.`]
      : []),
  ];
};

/** What could as well have gone otherwise. */
export const luckyOf = (walked: readonly Walked[]): string[] => {
  const decision = decisionOf(walked);
  const lost = walked.some(({ event }) => event.type === 'agent-lost');
  const byHand =
    decision?.event.type === 'rollback' &&
    !walked.some(({ event }) => event.type === 'verdict' && event.verdict.decision === 'rollback');
  return [
    ...(byHand ? ['A person stopped it before the analysis had found harm.'] : []),
    ...(lost && decision?.after.targets.every(({ connected }) => connected)
      ? ['An agent that had been out of contact was back when the traffic had to be moved.']
      : []),
  ];
};
