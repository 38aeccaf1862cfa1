import { describe, expect, it } from 'vitest';
import type { MetricVerdict } from '../analysis/contract.ts';
import { createdEvent, engine, planOf, verdictOf } from '../release/testing.ts';
import { draftRetrospective } from './draft.ts';
import { draftSchema } from './draft-schema.ts';
import { renderDraft } from './render.ts';
import { factsOf, human, recorder, START } from './testing/facts.ts';

const METRIC: MetricVerdict = {
  name: 'errors',
  kind: 'errors',
  decision: 'rollback',
  canary: { n: 1_000, bad: 110, value: 0.11 },
  baseline: { n: 19_000, bad: 190, value: 0.01 },
  ratio: { estimate: 11, low: 8, high: 15 },
  evidence: 200,
  threshold: 100,
  advanceEvidence: 0,
  advanceThreshold: 20,
  badExcess: 100,
  sentence: 'errors are 11 times the baseline',
};

/** Confirmed after 2 s, harm found 40 s later, back on the baseline 3 s after that. */
const rolledBack = () => {
  const record = recorder(planOf(), createdEvent({ actor: human('Ada Lovelace'), reason: 'Ada wants it' }));
  record.wait(2);
  record.confirmAll();
  record.wait(40);
  record.offer({
    type: 'verdict',
    actor: engine,
    verdict: verdictOf('rollback', record.now(), { metrics: [METRIC], sentence: METRIC.sentence }),
  });
  record.wait(3);
  record.confirmAll();
  return record;
};

describe('the draft of a release that the analysis rolled back', () => {
  const draft = draftRetrospective(factsOf(rolledBack()));

  it('says exactly whom it reached, and how each number was found', () => {
    expect(draft.impact).toMatchObject({
      requests: { value: 1_000 },
      failedRequests: { value: 110 },
      exposureSeconds: { value: 45 },
      largestShareBasisPoints: { value: 500 },
      secondsToDetect: { value: 40, how: 'from 5 % confirmed everywhere to the decision to go back' },
      secondsToRecover: { value: 3 },
      people: { value: null, how: 'cannot tell: the metric source counts requests, not people' },
    });
    expect(draft.impact.failedBeyondBaseline.value).toBeCloseTo(100, 9);
    expect(draft.impact.harmAvoidedRequests.value).toBeCloseTo(1_900, 9);
    expect(draft.impact.harmAvoidedRequests.how).toContain(
      'assumes that a full rollout would have met the same traffic',
    );
  });

  it('quotes the verdict in the summary and names the stage it stopped at', () => {
    expect(draft.summary).toContain('errors are 11 times the baseline');
    expect(draft.summary).toContain('was rolled back at stage 1 of 3, "first" (5 %) by Slipway');
    expect(draft.header.stoppedAt).toEqual({ index: 0, name: 'first', shareBasisPoints: 500, of: 3 });
  });

  it('puts the numbers of the verdict on the timeline and ends with the recovery', () => {
    const verdict = draft.timeline.find(({ kind }) => kind === 'verdict');
    expect(verdict?.metrics).toEqual([
      expect.objectContaining({ name: 'errors', canary: METRIC.canary, ratio: METRIC.ratio }),
    ]);
    expect(verdict?.text).toBe('Verdict: errors are 11 times the baseline');
    expect(draft.timeline.at(-1)).toMatchObject({ kind: 'recovery', at: START + 45_000 });
  });

  it('tells each decision as what was known, concluded and done', () => {
    expect(draft.decisions.at(-1)).toMatchObject({
      known: 'errors are 11 times the baseline',
      done: 'All traffic was sent back to the baseline at once, without waiting for a person.',
      who: { kind: 'engine' },
    });
  });

  it('says what went well only where the record shows it', () => {
    expect(draft.wentWell).toContain('The analysis decided by itself, 40 s after the stage began.');
    expect(draft.wentWell).toContain('Never more than 5 % of the traffic was exposed.');
    expect(draft.lucky).toEqual([]);
  });

  it('reads with roles by default and with names where that is switched on', () => {
    const blameless = renderDraft(draft, true);
    expect(blameless.header.startedBy.label).toBe('the operator');
    expect(blameless.timeline[0]?.reason).toBe('the operator wants it');
    const named = renderDraft(draft, false);
    expect(named.header.startedBy.label).toBe('Ada Lovelace');
    expect(named.timeline[0]?.reason).toBe('Ada wants it');
  });

  it('has the shape in which it is stored', () => {
    expect(draftSchema.parse(JSON.parse(JSON.stringify(draft)))).toEqual(draft);
  });
});

describe('what cannot be told', () => {
  it('stays empty when no measurements are kept', () => {
    const { impact, summary } = draftRetrospective(factsOf(rolledBack(), { traffic: null }));
    for (const figure of [
      impact.requests,
      impact.failedRequests,
      impact.failedBeyondBaseline,
      impact.harmAvoidedRequests,
    ])
      expect(figure).toEqual({ value: null, how: 'cannot tell: no measurements are kept of that time' });
    expect(summary).toContain('cannot be told');
  });

  it('stays empty for the comparison when one side answered nothing', () => {
    const traffic = { canary: { requests: 10, errors: 1 }, baseline: { requests: 0, errors: 0 } };
    const { impact } = draftRetrospective(factsOf(rolledBack(), { traffic }));
    expect(impact.requests.value).toBe(10);
    expect(impact.harmAvoidedRequests).toEqual({
      value: null,
      how: 'cannot tell: the baseline answered no request',
    });
  });

  it('is not claimed as harm avoided when the canary was no worse', () => {
    const traffic = { canary: { requests: 100, errors: 0 }, baseline: { requests: 900, errors: 90 } };
    const { impact } = draftRetrospective(factsOf(rolledBack(), { traffic }));
    expect(impact.failedBeyondBaseline.value).toBeCloseTo(-10, 9);
    expect(impact.harmAvoidedRequests.value).toBe(0);
  });
});

describe('approvals and acts of people', () => {
  it('carry how long the release had waited, from its creation and from the end of the shortest bake', () => {
    const stages = [
      { name: 'first', share: 5, gate: 'approval', bake: { min: '60s' } },
      { name: 'all', share: 100, watch: '2m' },
    ];
    const record = recorder(planOf({ stages }), createdEvent({ approvalsNeeded: 1 }));
    record.wait(90);
    record.offer({
      type: 'approve',
      actor: human('Grace', 'approver'),
      reason: 'checked with ada@example.org',
    });
    record.confirmAll();
    record.wait(100);
    record.offer({ type: 'approve', actor: human('Grace', 'approver'), reason: null });
    record.offer({ type: 'cancel', actor: human('Bob'), reason: 'Grace saw the phones ring' });
    record.wait(1);
    record.confirmAll();
    const draft = draftRetrospective(factsOf(record));
    const approvals = draft.timeline.filter(({ kind }) => kind === 'approval');
    expect(approvals.map(({ waitedSeconds }) => waitedSeconds)).toEqual([90, 40]);
    const blameless = renderDraft(draft, true);
    expect(blameless.summary).toContain('The reason given: “the approver saw the phones ring”.');
    expect(blameless.timeline[1]?.reason).toBe('checked with somebody');
  });

  it('say luck when a person stopped what the analysis had not found', () => {
    const record = recorder();
    record.confirmAll();
    record.wait(30);
    record.offer({ type: 'rollback', actor: human('Bob'), reason: null });
    record.confirmAll();
    expect(draftRetrospective(factsOf(record)).lucky).toEqual([
      'A person stopped it before the analysis had found harm.',
    ]);
  });

  it('leave a release that was cancelled before it had traffic without impact', () => {
    const record = recorder(planOf(), createdEvent({ approvalsNeeded: 1 }));
    record.offer({ type: 'reject', actor: human('Grace', 'approver'), reason: null });
    const { impact, header, summary } = draftRetrospective(factsOf(record, { traffic: null }));
    expect(impact.requests.value).toBe(0);
    expect(impact.secondsToRecover.value).toBeNull();
    expect(header.stoppedAt).toBeNull();
    expect(summary).toContain('Nobody was exposed to it.');
  });
});
