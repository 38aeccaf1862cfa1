import { expect, it } from 'vitest';
import { addToStratum, type Stratum } from './strata.ts';

const part = (canaryN: number, baselineN: number, second: number, share: number | null = null): Stratum => ({
  canaryN,
  baselineN,
  since: (second - 1) * 1000,
  until: second * 1000,
  share,
});
const join = (spans: Stratum) => spans;
const add = (open: Stratum | null, next: Stratum) => addToStratum(open, next, join);

it('closes a stratum at once when both arms served enough', () => {
  expect(add(null, part(2, 50, 1))).toEqual({ open: null, closed: part(2, 50, 1) });
});

it('waits over several spans for the arm that serves little, and then closes with all of them', () => {
  const first = add(null, part(1, 50, 1)).open;
  const second = add(first, part(0, 60, 2)).open;
  expect(add(second, part(1, 40, 3)).closed).toEqual({
    canaryN: 2,
    baselineN: 150,
    since: 0,
    until: 3000,
    share: null,
  });
});

it('drops what it had after a silence, because the rate may have moved meanwhile', () => {
  const open = add(null, part(1, 50, 1)).open;
  expect(add(open, part(1, 50, 60)).open).toEqual(part(1, 50, 60));
});

it('drops a stratum that would span more than five minutes', () => {
  let open: Stratum | null = null;
  for (let second = 1; second <= 300; second += 1) open = add(open, part(0, 50, second)).open;
  expect(open?.since).toBe(0);
  expect(add(open, part(0, 50, 301)).open).toEqual(part(0, 50, 301));
});

it('drops what it had when the share was changed, because two mixtures must not be pooled', () => {
  const open = add(null, part(1, 50, 1, 0.05)).open;
  expect(add(open, part(1, 50, 2, 0.25)).open).toEqual(part(1, 50, 2, 0.25));
});
