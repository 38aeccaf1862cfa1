import { expect, it } from 'vitest';
import { ShareHistory } from './share-history.ts';

const seen = (
  history: ShareHistory,
  basisPoints: number | null,
  at: number,
  identity: string | null = 'one',
) => history.seen({ basisPoints, identity, askedAt: at, answeredAt: at + 5 });

it('knows the share of a span that lies between two equal readings', () => {
  const history = new ShareHistory();
  seen(history, 500, 0);
  seen(history, 500, 9_000);
  expect(history.over(2_000, 8_000)).toBe(500);
  expect(history.over(2_000, 9_000)).toBe(500);
});

it('knows nothing of a span whose end no reading has seen', () => {
  const history = new ShareHistory();
  expect(history.over(0, 1)).toBeNull();
  seen(history, 500, 0);
  seen(history, 500, 9_000);
  expect(history.over(2_000, 9_001)).toBeNull();
});

it('knows nothing of a span that began before the share was set and what was sent before it was answered', () => {
  const history = new ShareHistory();
  seen(history, 500, 10_000);
  seen(history, 500, 30_000);
  expect(history.over(9_000, 20_000)).toBeNull();
  expect(history.over(10_500, 20_000)).toBeNull();
  expect(history.over(11_005, 20_000)).toBe(500);
});

it('begins anew with every write, also one that sets the same share', () => {
  const history = new ShareHistory();
  seen(history, 500, 0);
  history.changing();
  expect(history.over(0, 0)).toBeNull();
  seen(history, 500, 10_000);
  seen(history, 500, 20_000);
  expect(history.over(5_000, 15_000)).toBeNull();
  expect(history.over(12_000, 20_000)).toBe(500);
});

it('begins anew when the router shows another share or is another process', () => {
  const history = new ShareHistory();
  for (const [share, identity, at] of [
    [500, 'one', 0],
    [0, 'one', 10_000],
    [500, 'one', 20_000],
    [500, 'two', 30_000],
  ] as const) {
    seen(history, share, at, identity);
    expect(history.over(at - 5_000, at)).toBeNull();
  }
  seen(history, 500, 40_000, 'two');
  expect(history.over(32_000, 40_000)).toBe(500);
});

it('a reading that failed takes nothing back, and proves nothing either', () => {
  const history = new ShareHistory();
  seen(history, 500, 0);
  seen(history, null, 5_000);
  expect(history.over(2_000, 5_000)).toBeNull();
  seen(history, 500, 6_000);
  expect(history.over(2_000, 5_000)).toBe(500);
});
