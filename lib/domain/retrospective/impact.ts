/** What a release did to those who use the service, in exact numbers, each with the way it was found. */
import { exposureBasisPoints } from '../release/exposure.ts';
import { durationText, shareText } from '../release/words.ts';
import type { Figure, Impact } from './draft-schema.ts';
import type { Counts, RetrospectiveFacts } from './facts.ts';
import { decisionOf, endOf, firstExposureAt, type Walked } from './walk.ts';

/** Every figure; null with a reason where the record cannot tell. */
export const impactOf = (
  facts: Pick<RetrospectiveFacts, 'traffic' | 'people'>,
  walked: readonly Walked[],
): Impact => {
  const exposed = firstExposureAt(walked) !== null;
  return {
    people: peopleOf(facts.people, exposed),
    ...(exposed ? trafficOf(facts.traffic) : NO_TRAFFIC),
    exposureSeconds: exposureSecondsOf(walked),
    largestShareBasisPoints: {
      value: walked.reduce((largest, { after }) => Math.max(largest, exposureBasisPoints(after)), 0),
      how: 'the largest share that any target was asked for',
    },
    secondsToDetect: secondsToDetect(walked),
    secondsToRecover: secondsToRecover(walked),
  };
};

const cannotTell = (why: string): Figure => ({ value: null, how: `cannot tell: ${why}` });
const none: Figure = { value: 0, how: 'the release never had traffic' };
const NO_TRAFFIC = {
  requests: none,
  failedRequests: none,
  failedBeyondBaseline: none,
  harmAvoidedRequests: none,
};

const peopleOf = (people: number | null, exposed: boolean): Figure => {
  if (!exposed) return none;
  return people === null
    ? cannotTell('the metric source counts requests, not people')
    : {
        value: people,
        how: 'distinct people behind the requests of the canary, as the metric source counts them',
      };
};

const trafficOf = (traffic: RetrospectiveFacts['traffic']) => {
  if (!traffic) {
    const unknown = cannotTell('no measurements are kept of that time');
    return {
      requests: unknown,
      failedRequests: unknown,
      failedBeyondBaseline: unknown,
      harmAvoidedRequests: unknown,
    };
  }
  const { canary } = traffic;
  return {
    requests: { value: canary.requests, how: 'requests that the canary answered, from its own counters' },
    failedRequests: { value: canary.errors, how: 'requests that the canary failed, from its own counters' },
    ...comparedWith(traffic),
  };
};

const comparedWith = ({ canary, baseline }: { canary: Counts; baseline: Counts }) => {
  if (canary.requests === 0 || baseline.requests === 0) {
    const unknown = cannotTell(`the ${canary.requests === 0 ? 'canary' : 'baseline'} answered no request`);
    return { failedBeyondBaseline: unknown, harmAvoidedRequests: unknown };
  }
  const baselineRate = baseline.errors / baseline.requests;
  const excessRate = canary.errors / canary.requests - baselineRate;
  const rates = `${rateText(canary)} on the canary against ${rateText(baseline)} on the baseline`;
  return {
    failedBeyondBaseline: {
      value: canary.errors - canary.requests * baselineRate,
      how: `failed requests of the canary minus its requests times the baseline's failure rate (${rates})`,
    },
    harmAvoidedRequests: {
      value: Math.max(0, excessRate) * baseline.requests,
      how:
        `the failure rate beyond the baseline (${rates}) times the ${groupText(baseline.requests)} requests that the ` +
        'baseline answered meanwhile; assumes that a full rollout would have met the same traffic for the same time ' +
        'and failed at the same rate',
    },
  };
};

const rateText = ({ errors, requests }: Counts): string =>
  `${Number(((100 * errors) / requests).toFixed(3))} %`;

/** `12 345` with thin groups, so that large counts can be read. */
export const groupText = (value: number): string =>
  String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');

/** Short times to a tenth, so that a fast recovery does not read as none. */
export const exactSeconds = (value: number): string =>
  value < 60 ? `${Number(value.toFixed(1))} s` : durationText(value);

const exposureSecondsOf = (walked: readonly Walked[]): Figure => {
  const from = firstExposureAt(walked);
  const end = endOf(walked);
  if (from === null) return none;
  if (!end) return cannotTell('the record has no end');
  return {
    value: (end.at - from) / 1_000,
    how: 'from the first wish for traffic until the release had ended everywhere',
  };
};

const secondsToDetect = (walked: readonly Walked[]): Figure => {
  const decision = decisionOf(walked);
  const stage = decision?.before;
  if (!decision) return cannotTell('nothing was stopped');
  if (!stage || stage.stageIndex < 0 || stage.stageStartedAt === null)
    return cannotTell('it was stopped before it had traffic');
  const share = shareText(exposureBasisPoints(stage));
  return {
    value: (decision.at - (stage.stageConfirmedAt ?? stage.stageStartedAt)) / 1_000,
    how:
      stage.stageConfirmedAt === null
        ? `from the wish for ${share} (never confirmed everywhere) to the decision to go back`
        : `from ${share} confirmed everywhere to the decision to go back`,
  };
};

const secondsToRecover = (walked: readonly Walked[]): Figure => {
  const decision = decisionOf(walked);
  const end = endOf(walked);
  if (!decision) return cannotTell('nothing was stopped');
  if (decision.after.stageIndex < 0) return cannotTell('it was stopped before it had traffic');
  if (!end) return cannotTell('the record has no end');
  return {
    value: (end.at - decision.at) / 1_000,
    how: 'from the decision to go back until every target had confirmed 0 %',
  };
};
