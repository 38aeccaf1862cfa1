import { describe, expect, it } from 'vitest';
import { barPosition, percentShare, sharesAgree } from './share.ts';

describe('shares', () => {
  it('read as people write them, and unknown is not zero', () => {
    expect(percentShare(0.1)).toBe('0.1 %');
    expect(percentShare(4.93)).toBe('4.93 %');
    expect(percentShare(null)).toBe('unknown');
  });

  it('stay apart on a bar when they are small', () => {
    expect(barPosition(100)).toBe(1);
    expect(barPosition(1) - barPosition(0.1)).toBeGreaterThan(0.05);
  });

  it('agree within what counting can tell, and not beyond', () => {
    expect(sharesAgree(5, 4.9, 3_000)).toBe(true);
    expect(sharesAgree(5, 9, 3_000)).toBe(false);
    expect(sharesAgree(5, 9, 20)).toBe(true);
    expect(sharesAgree(0, 4, 1_000)).toBe(false);
  });
});
