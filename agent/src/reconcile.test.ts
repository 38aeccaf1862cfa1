import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planSteps, type Running, type Situation, type Step, type Wish } from './reconcile.ts';
import { artifact } from './testing/wish.ts';

const up = (version: string): Running => ({ ...artifact(version), healthy: true });
const words = (wish: Wish, is: Situation): string[] | string => {
  const plan = planSteps(wish, is);
  return 'blocked' in plan ? plan.blocked : plan.steps.map(wordOf);
};
const wordOf = (step: Step): string =>
  step.do === 'route'
    ? `route ${step.basisPoints}`
    : step.do === 'stop'
      ? 'stop canary'
      : `ensure ${step.track} ${step.artifact.version}`;

describe('the steps to a wish', () => {
  it('bring a first canary up before it gets traffic', () => {
    const wish = { basisPoints: 500, baseline: artifact('1'), canary: artifact('2') };
    expect(words(wish, { basisPoints: 0, baseline: up('1'), canary: null })).toEqual([
      'ensure canary 2',
      'route 500',
    ]);
  });

  it('bring both up where nothing runs yet', () => {
    const wish = { basisPoints: 500, baseline: artifact('1'), canary: artifact('2') };
    expect(words(wish, { basisPoints: 0, baseline: null, canary: null })).toEqual([
      'ensure baseline 1',
      'ensure canary 2',
      'route 500',
    ]);
  });

  it('give a canary no more while one side that serves fails its check, and restart neither', () => {
    const wish = { basisPoints: 2_500, baseline: artifact('1'), canary: artifact('2') };
    const sick = { ...artifact('1'), healthy: false };
    expect(words(wish, { basisPoints: 500, baseline: sick, canary: up('2') })).toMatch(
      /baseline 1 carries traffic/,
    );
    expect(
      words({ ...wish, basisPoints: 100 }, { basisPoints: 500, baseline: sick, canary: up('2') }),
    ).toEqual(['route 100', 'route 100']);
  });

  it('roll back at the router first, and stop the canary last', () => {
    const wish = { basisPoints: 0, baseline: artifact('1'), canary: null };
    const steps = words(wish, { basisPoints: 2_500, baseline: up('1'), canary: up('2') });
    expect(steps.at(0)).toBe('route 0');
    expect(steps.at(-1)).toBe('stop canary');
  });

  it('settle a finished release: the baseline changes version while the canary carries everything', () => {
    const wish = { basisPoints: 0, baseline: artifact('2'), canary: null };
    expect(words(wish, { basisPoints: 10_000, baseline: up('1'), canary: up('2') })).toEqual([
      'ensure baseline 2',
      'route 0',
      'stop canary',
    ]);
  });

  it('catch up on a missed settle: baseline to the new version, canary off traffic, then the next canary', () => {
    const wish = { basisPoints: 500, baseline: artifact('2'), canary: artifact('3') };
    expect(words(wish, { basisPoints: 10_000, baseline: up('1'), canary: up('2') })).toEqual([
      'ensure baseline 2',
      'route 0',
      'ensure canary 3',
      'route 500',
    ]);
  });

  it('refuse to replace a baseline that carries traffic, saying what to do', () => {
    const wish = { basisPoints: 500, baseline: artifact('2'), canary: artifact('3') };
    expect(words(wish, { basisPoints: 0, baseline: up('1'), canary: null })).toMatch(
      /release 2 as a canary first/,
    );
  });

  it('refuse a share for a canary that is not named', () => {
    const wish = { basisPoints: 500, baseline: artifact('1'), canary: null };
    expect(words(wish, { basisPoints: 0, baseline: up('1'), canary: null })).toMatch(/names none/);
  });

  it('never replace a workload under traffic, never route to what is not up, never exceed the wished exposure', () => {
    fc.assert(
      fc.property(situation, wished, (is, wish) => {
        const plan = planSteps(wish, is);
        if ('steps' in plan) walk(plan.steps, is, wish);
      }),
      { numRuns: 5_000 },
    );
  });
});

const version = fc.constantFrom('1', '2', '3');
const running = fc
  .option(fc.record({ version, healthy: fc.boolean() }))
  .map((one): Running => (one === null ? null : { ...artifact(one.version), healthy: one.healthy }));
const shares = fc.constantFrom(0, 10, 500, 5_000, 10_000);
const situation = fc.record({ basisPoints: fc.option(shares), baseline: running, canary: running });
const named = fc.option(version).map((one) => (one === null ? null : artifact(one)));
const wished = fc.record({ basisPoints: shares, baseline: named, canary: named });

/** Carries the steps out on a model and checks each rule at each step. */
function walk(steps: readonly Step[], is: Situation, wish: Wish): void {
  const now = { ...is };
  const carries = (track: 'canary' | 'baseline') =>
    now.basisPoints === null || (track === 'canary' ? now.basisPoints > 0 : now.basisPoints < 10_000);
  const ceiling = Math.max(is.basisPoints ?? 10_000, wish.basisPoints);
  for (const step of steps) {
    if (step.do === 'ensure') {
      expect(now[step.track] !== null && carries(step.track)).toBe(false);
      now[step.track] = { ...step.artifact, healthy: true };
    } else if (step.do === 'stop') {
      expect(carries('canary')).toBe(false);
      now.canary = null;
    } else {
      const served = now.canary?.version === wish.baseline?.version;
      expect(step.basisPoints <= ceiling || served).toBe(true);
      const rises = step.basisPoints > (now.basisPoints ?? 0);
      if (rises) expect(now.canary).not.toBeNull();
      now.basisPoints = step.basisPoints;
    }
  }
  expect(now.basisPoints).toBe(wish.basisPoints);
  if (wish.baseline !== null) expect(now.baseline?.version).toBe(wish.baseline.version);
  if (wish.basisPoints > 0) expect(now.canary?.version).toBe(wish.canary?.version);
}
