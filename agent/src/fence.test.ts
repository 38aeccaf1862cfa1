import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprintOf, type Held, judgeWish, mayWrite } from './fence.ts';
import { wishOf } from './testing/wish.ts';

describe('the fence', () => {
  it.each([
    ['the first wish is accepted', null, { generation: 0, fingerprint: 'a' }, 'accept'],
    ['a higher generation is accepted', held(3, 'a'), held(4, 'b'), 'accept'],
    ['a doubled wish is a repeat', held(3, 'a'), held(3, 'a'), 'repeat'],
    ['the same generation with another content is refused', held(3, 'a'), held(3, 'b'), 'superseded'],
    ['a late wish is refused', held(3, 'a'), held(2, 'a'), 'superseded'],
  ] as const)('%s', (_, before, wish, answer) => {
    expect(judgeWish(before, wish)).toBe(answer);
  });

  it('takes two copies of one wish as the same, and a changed share as another', () => {
    const wish = wishOf({ generation: 7, basisPoints: 500 });
    expect(fingerprintOf({ ...wish, intent: 'repeat' })).toBe(fingerprintOf(wish));
    expect(fingerprintOf({ ...wish, basisPoints: 501 })).not.toBe(fingerprintOf(wish));
  });

  it('keeps the router from ever going back, and ends at the newest wish, whatever the network and crashes do', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60, size: 'max' }), (events) => {
        const world = new World();
        for (const one of events) world.step(one);
        world.quiet();
        expect(world.router).toBe(world.newest);
      }),
      { numRuns: 3_000 },
    );
  });
});

const event = fc.oneof(
  fc.record({ do: fc.constant('wish' as const) }),
  fc.record({ do: fc.constant('deliver' as const), which: fc.nat(60) }),
  fc.record({ do: fc.constant('write' as const) }),
  fc.record({ do: fc.constant('crash' as const) }),
  fc.record({ do: fc.constant('freeze' as const) }),
  fc.record({ do: fc.constant('thaw' as const) }),
);
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;

/** The plane's messages stay for ever and may arrive in any order, any number of times, or never. */
class World {
  newest = 0;
  router = 0;
  #sent: number[] = [];
  #disk: Held | null = null;
  #pending: number | null = null;
  #frozen: number | null = null;

  step(one: Event): void {
    if (one.do === 'wish') this.#sent.push(++this.newest);
    else if (one.do === 'deliver') this.#deliver(this.#sent[one.which % Math.max(1, this.#sent.length)]);
    else if (one.do === 'write') this.#pending = this.#write(this.#pending);
    // A new process starts from the disk and runs the open wish again.
    else if (one.do === 'crash') this.#pending = this.#disk?.generation ?? null;
    // An old process stops between taking a wish and writing it; another goes on from the same disk.
    else if (one.do === 'freeze') this.#frozen ??= this.#pending;
    else this.#frozen = this.#write(this.#frozen);
  }

  quiet(): void {
    this.#deliver(this.#sent.at(-1));
    this.#pending = this.#write(this.#pending);
    this.#frozen = this.#write(this.#frozen);
  }

  #deliver(generation: number | undefined): void {
    if (generation === undefined) return;
    const wish = held(generation, String(generation));
    if (judgeWish(this.#disk, wish) !== 'accept') return;
    this.#disk = wish;
    this.#pending = generation;
  }

  #write(generation: number | null): null {
    if (generation === null || !mayWrite(this.#disk?.generation ?? null, generation)) return null;
    expect(generation).toBeGreaterThanOrEqual(this.router);
    this.router = generation;
    return null;
  }
}

function held(generation: number, fingerprint: string): Held {
  return { generation, fingerprint };
}
