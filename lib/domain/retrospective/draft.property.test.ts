import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createdEvent, engine, planOf, verdictOf } from '../release/testing.ts';
import type { Actor } from '../release/types.ts';
import { draftRetrospective } from './draft.ts';
import { withoutNames } from './people.ts';
import { renderDraft } from './render.ts';
import { factsOf, type Recorder, recorder } from './testing/facts.ts';

/** Letters that no generated sentence holds together, so that finding a name is finding that name. */
const namePart = fc
  .string({ unit: fc.constantFrom('q', 'x', 'Z', 'ö', 'W', 'й'), minLength: 4, maxLength: 9 })
  .map((part) => `Qx${part}`);
const name = fc.oneof(
  namePart,
  fc.tuple(namePart, namePart).map((parts) => parts.join(' ')),
  fc.tuple(namePart, namePart).map(([first, last]) => `${first}-${last} (ops)`),
  fc.tuple(namePart, namePart).map(([first, last]) => `${first}.${last}@example.org`),
);
const word = fc.constantFrom('because', 'the', 'graphs', '⟦p1|x⟧', '|', '⟧', '$&', 'moved,');
const ACTS = [
  'approve',
  'reject',
  'advance',
  'pause',
  'resume',
  'rollback',
  'cancel',
  'retry',
  'undo',
] as const;
const step = fc.oneof(
  fc.record({
    act: fc.constantFrom(...ACTS),
    who: fc.nat(3),
    words: fc.array(word, { maxLength: 4 }),
    about: fc.option(fc.nat(3), { nil: null }),
    part: fc.boolean(),
  }),
  fc.record({
    verdict: fc.constantFrom('advance', 'hold', 'rollback') as fc.Arbitrary<'advance' | 'hold' | 'rollback'>,
  }),
  fc.record({ wait: fc.integer({ min: 0, max: 400 }) }),
  fc.constant({ confirm: true as const }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const personOf = (names: readonly string[], index: number): Actor => ({
  kind: 'person',
  id: String(index),
  name: names[index % names.length] ?? 'nobody',
  role: index % 2 === 0 ? 'approver' : 'administrator',
});

const play = (record: Recorder, steps: readonly Step[], names: readonly string[]): void => {
  for (const taken of steps) {
    if ('wait' in taken) record.wait(taken.wait);
    else if ('confirm' in taken) record.confirmAll();
    else if ('verdict' in taken)
      record.offer({ type: 'verdict', actor: engine, verdict: verdictOf(taken.verdict, record.now()) });
    else {
      const named = names[(taken.about ?? 0) % names.length] ?? '';
      const about = taken.part ? (named.split(/[\s@.]/)[0] ?? '') : named;
      const reason =
        [...taken.words, ...(taken.about === null ? [] : [about, `@${about}`])].join(' ') || null;
      record.offer({ type: taken.act, actor: personOf(names, taken.who), reason });
    }
  }
  record.offer({ type: 'rollback', actor: personOf(names, 0), reason: `asked ${names[1]}` });
  record.offer({ type: 'cancel', actor: personOf(names, 0), reason: null });
  record.confirmAll();
};

const history = fc.record({
  names: fc.uniqueArray(name, { minLength: 4, maxLength: 4 }),
  steps: fc.array(step, { maxLength: 25 }),
  approvalsNeeded: fc.nat(1),
  canary: fc.record({ requests: fc.nat(1e6), errors: fc.nat(1e6) }),
  baseline: fc.record({ requests: fc.nat(1e6), errors: fc.nat(1e6) }),
});

const draftOf = ({
  names,
  steps,
  approvalsNeeded,
  canary,
  baseline,
}: typeof history extends fc.Arbitrary<infer T> ? T : never) => {
  const record = recorder(
    planOf(),
    createdEvent({ actor: personOf(names, 2), approvalsNeeded, reason: names.join(' and ') }),
  );
  play(record, steps, names);
  const counts = ({ requests, errors }: { requests: number; errors: number }) => ({
    requests,
    errors: Math.min(requests, errors),
  });
  // Whoever is written about has an account; a stranger's name cannot be told from any other word.
  const accounts = names.map((known) => ({ name: known, role: 'viewer' as const }));
  const traffic = { canary: counts(canary), baseline: counts(baseline) };
  return { record, traffic, draft: draftRetrospective(factsOf(record, { traffic, accounts })) };
};

describe('every draft', () => {
  it('points each item of its timeline and each decision at an event that exists, at its time', () => {
    fc.assert(
      fc.property(history, (given) => {
        const { record, draft } = draftOf(given);
        const times = new Map(record.events.map(({ sequence, at }) => [sequence, at]));
        expect(draft.timeline).toHaveLength(record.events.length);
        for (const item of draft.timeline)
          expect(item.evidence.type === 'event' && times.get(item.evidence.sequence)).toBe(item.at);
        for (const decision of draft.decisions) expect(times.get(decision.sequence)).toBe(decision.at);
      }),
      { numRuns: 100 },
    );
  });

  it('has numbers that add up', () => {
    fc.assert(
      fc.property(history, (given) => {
        const { record, draft, traffic } = draftOf(given);
        const { impact } = draft;
        const exposed = record.state().stageIndex >= 0;
        expect(impact.requests.value).toBe(exposed ? traffic.canary.requests : 0);
        const { failedBeyondBaseline: beyond, harmAvoidedRequests: avoided } = impact;
        if (exposed && beyond.value !== null && avoided.value !== null) {
          // Harm done and harm avoided together are what all traffic would have met.
          const all = traffic.canary.requests + traffic.baseline.requests;
          const rate = beyond.value / traffic.canary.requests;
          expect(avoided.value + Math.max(0, beyond.value)).toBeCloseTo(Math.max(0, rate) * all, 5);
        }
        const { exposureSeconds, secondsToDetect, secondsToRecover } = impact;
        if (secondsToDetect.value !== null && secondsToRecover.value !== null)
          expect(secondsToDetect.value + secondsToRecover.value).toBeLessThanOrEqual(
            (exposureSeconds.value ?? 0) + 1e-9,
          );
      }),
      { numRuns: 100 },
    );
  });

  it('holds no name of a person when it is read blameless, whoever wrote what', () => {
    fc.assert(
      fc.property(history, (given) => {
        const { draft } = draftOf(given);
        const text = JSON.stringify(renderDraft(draft, true)).toLowerCase();
        for (const name of given.names)
          for (const part of [name, ...name.split(/[\s@.]+/).filter((piece) => piece.startsWith('Qx'))])
            expect(text).not.toContain(part.toLowerCase());
        expect(text).not.toContain('⟦');
      }),
      { numRuns: 100 },
    );
  });

  it('reads with names exactly as it was written when that is switched on', () => {
    fc.assert(
      fc.property(history, (given) => {
        const { record, draft } = draftOf(given);
        const named = renderDraft(draft, false);
        for (const item of named.timeline) {
          const event = record.events.find(
            ({ sequence }) => item.evidence.type === 'event' && sequence === item.evidence.sequence,
          )?.event;
          const reason = event && 'reason' in event ? event.reason : null;
          const plain = reason?.replace(/[⟦⟧]/g, ' ') || null;
          expect(item.reason).toBe(plain);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('lets no name through in notes written later either', () => {
    fc.assert(
      fc.property(history, fc.array(word), (given, words) => {
        const { draft } = draftOf(given);
        const note = words.flatMap((piece, index) => [piece, given.names[index % 4] ?? '']).join(' ');
        const text = withoutNames(note, draft.people).toLowerCase();
        for (const { name } of draft.people) expect(text).not.toContain(name.toLowerCase());
      }),
      { numRuns: 100 },
    );
  });
});
