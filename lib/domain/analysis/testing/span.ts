import type { Span } from '../span.ts';

/** The span of one second that ends `second` seconds after the canary's start. */
export function spanAt(second: number, rest: Partial<Span> = {}): Span {
  return {
    target: 'eu',
    since: (second - 1) * 1000,
    until: second * 1000,
    seconds: 1,
    elapsedSeconds: second,
    warmingUp: false,
    share: null,
    ...rest,
  };
}
