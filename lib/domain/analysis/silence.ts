import type { HoldReason } from './contract.ts';
import { findSampleRatio } from './sample-ratio.ts';
import type { AnalysisState, Contact } from './state.ts';
import { durationText, percentText } from './words.ts';

/** A reason to hold that has nothing to do with how the canary fares: the data is not there or not right. */
export type DataHold = { reason: HoldReason; text: string };

/** Milliseconds without a request from an arm after which nothing can be said any more. */
export const SILENCE_MILLISECONDS_MAX = 30_000;

/**
 * Null when both arms of every place that has a canary were heard lately, no interval was refused lately, and the
 * canary gets the share of requests that it was assigned.
 */
export function findDataHold(state: AnalysisState, now: number): DataHold | null {
  return findRefused(state, now) ?? findFuture(state, now) ?? findSilence(state, now) ?? findMisrouted(state);
}

function findRefused({ refused }: AnalysisState, now: number): DataHold | null {
  if (refused.at === null || now - refused.at > SILENCE_MILLISECONDS_MAX) return null;
  const times = refused.count === 1 ? '1 interval was' : `${refused.count} intervals were`;
  return { reason: 'bad-data', text: `${times} refused as impossible: ${refused.problem ?? 'unknown'}` };
}

/** A clock that runs ahead would make silence look fresh. */
function findFuture(state: AnalysisState, now: number): DataHold | null {
  for (const [name, { at }] of Object.entries(state.places)) {
    if (at - now > AHEAD_MILLISECONDS_MAX) {
      const ahead = durationText((at - now) / 1000);
      return {
        reason: 'bad-data',
        text: `${name} reports times ${ahead} ahead of the clock here: set its clock`,
      };
    }
  }
  return null;
}

/** Milliseconds that a place's clock may run ahead. */
const AHEAD_MILLISECONDS_MAX = 60_000;

function findMisrouted({ sampleRatio, policy }: AnalysisState): DataHold | null {
  const found = sampleRatio === undefined ? null : findSampleRatio(sampleRatio);
  if (found === null || found.evidence < 1 / policy.alpha) return null;
  const why = found.seen > found.assigned ? 'retries or a crash loop' : 'a lost cookie or a broken route';
  const seen = `the canary got ${percentText(found.seen)} of the requests of the last minutes`;
  return { reason: 'sample-ratio', text: `${seen}, ${percentText(found.assigned)} were assigned: ${why}?` };
}

function findSilence(state: AnalysisState, now: number): DataHold | null {
  const places = Object.entries(state.places);
  const exposed = places.filter(([, contact]) => contact.canaryAt !== null);
  if (exposed.length === 0) {
    const heard = places.length > 0;
    const text = heard ? 'the canary has not served a single request yet' : 'no data has arrived yet';
    return { reason: 'no-canary-data', text };
  }
  for (const [name, contact] of exposed) {
    const hold = silenceAt(name, contact, now);
    if (hold !== null) return hold;
  }
  return null;
}

function silenceAt(name: string, contact: Contact, now: number): DataHold | null {
  const canary = silentSeconds(contact.canaryAt, now);
  const baseline = silentSeconds(contact.baselineAt, now);
  if (canary === null && baseline === null) return null;
  if (baseline === Number.POSITIVE_INFINITY) {
    return {
      reason: 'no-baseline-data',
      text: `the baseline at ${name} has not served a single request yet`,
    };
  }
  if (canary !== null && baseline !== null) {
    return {
      reason: 'stale-data',
      text: `${name} has been silent for ${Math.round(Math.min(canary, baseline))} s`,
    };
  }
  return canary === null
    ? {
        reason: 'no-baseline-data',
        text: `no baseline requests from ${name} for ${Math.round(baseline ?? 0)} s`,
      }
    : { reason: 'no-canary-data', text: `no canary requests from ${name} for ${Math.round(canary)} s` };
}

/** Seconds since an arm was heard when that is too long, infinite when never; null when it was heard lately. */
function silentSeconds(heardAt: number | null, now: number): number | null {
  if (heardAt === null) return Number.POSITIVE_INFINITY;
  return now - heardAt > SILENCE_MILLISECONDS_MAX ? (now - heardAt) / 1000 : null;
}
