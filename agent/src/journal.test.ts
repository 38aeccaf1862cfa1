import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Journal, JournalError } from './journal.ts';
import { tempDir } from './testing/temp-dir.ts';
import { artifact, TARGET, wishOf } from './testing/wish.ts';

function open(dir: string, compactBytes?: number): Journal {
  const journal = new Journal(dir, compactBytes);
  onTestFinished(() => journal.close());
  return journal;
}

const wish = (generation: number) => ({
  kind: 'wish' as const,
  target: TARGET,
  wish: wishOf({ generation }),
});
const intent = (generation: number) => ({
  kind: 'intent' as const,
  target: TARGET,
  generation,
  from: 0,
  to: 500,
});
const applied = (generation: number) => ({
  kind: 'applied' as const,
  target: TARGET,
  generation,
  basisPoints: 500,
  baseline: artifact('1.0'),
  canary: artifact('2.0'),
});

describe('the journal', () => {
  it('shows after a restart the wish, and that its router write was begun and not confirmed', () => {
    const dir = tempDir();
    const before = open(dir);
    before.append(wish(4), intent(4));
    const after = open(dir);
    expect(after.target(TARGET)).toMatchObject({
      wish: { generation: 4 },
      openIntent: { generation: 4, to: 500 },
      applied: null,
    });
    expect(after.journalId).toBe(before.journalId);
    expect(after.seq).toBe(before.seq);
  });

  it('closes the intent with the applied record of its generation, not of an older one', () => {
    const journal = open(tempDir());
    journal.append(wish(4), intent(4), applied(3));
    expect(journal.target(TARGET)?.openIntent?.generation).toBe(4);
    journal.append(applied(4));
    expect(journal.target(TARGET)).toMatchObject({ openIntent: null, applied: { generation: 4 } });
  });

  it('drops a last line that a crash cut short, at every place it may be cut', () => {
    const dir = tempDir();
    const journal = open(dir);
    journal.append(wish(1));
    const whole = statSync(journal.path).size;
    journal.append(wish(2));
    const longer = readFileSync(journal.path);
    for (let length = whole; length < longer.length; length += 7) {
      writeFileSync(journal.path, longer);
      truncateSync(journal.path, length);
      const again = new Journal(dir);
      expect(again.target(TARGET)?.wish.generation).toBe(1);
      expect(again.append(applied(1))).toBe(again.seq);
      again.close();
    }
  });

  it('refuses to run on damage that is not at the end, naming the line', () => {
    const dir = tempDir();
    const journal = open(dir);
    appendFileSync(journal.path, '{"kind":"wish","seq":2}\n');
    appendFileSync(journal.path, '{"kind":"term","seq":3,"term":1}\n');
    expect(() => open(dir)).toThrow(JournalError);
    expect(() => open(dir)).toThrow(/line 2/);
  });

  it('sees on disk a higher generation that another process has written', () => {
    const dir = tempDir();
    const mine = open(dir);
    mine.append(wish(1));
    const other = open(dir);
    other.append(wish(9));
    expect(mine.generationOnDisk(TARGET)).toBe(9);
    expect(mine.target(TARGET)?.wish.generation).toBe(9);
  });

  it('stays bounded: many wishes later it holds the newest state only, and the same state', () => {
    const dir = tempDir();
    const journal = open(dir, 4_000);
    for (let generation = 1; generation <= 300; generation += 1) {
      journal.append(wish(generation), intent(generation));
      journal.append(applied(generation));
    }
    journal.append({ kind: 'reverted', target: TARGET, generation: 300, reason: 'contact lost' });
    expect(statSync(journal.path).size).toBeLessThan(8_000);
    const after = open(dir);
    expect(after.seq).toBe(journal.seq);
    expect(after.target(TARGET)).toEqual(journal.target(TARGET));
    expect(after.target(TARGET)).toMatchObject({ wish: { generation: 300 }, reverted: { generation: 300 } });
  });

  it('forgets a local return to the baseline once a newer generation is wished', () => {
    const journal = open(tempDir());
    journal.append(wish(1), { kind: 'reverted', target: TARGET, generation: 1, reason: 'contact lost' });
    expect(journal.target(TARGET)?.reverted).not.toBeNull();
    journal.append(wish(2));
    expect(journal.target(TARGET)?.reverted).toBeNull();
  });

  it('is readable by its owner only', () => {
    expect(statSync(open(tempDir()).path).mode & 0o777).toBe(0o600);
  });
});
