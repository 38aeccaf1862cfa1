import { z } from 'zod';
import { fingerprintOf } from './fence.ts';
import { artifactSchema, type Desired, desiredSchema } from './protocol.ts';

const line = { seq: z.number().int().min(1), target: z.uuid() };
const generation = z.number().int().min(0);
const basisPoints = z.number().int().min(0).max(10_000);

/** One line of the journal. `wish` raises the fence; an `intent` without `applied` is run again after a crash. */
export const recordSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('head'),
    seq: z.number().int().min(1),
    journalId: z.uuid(),
    term: z.number().int(),
  }),
  z.object({ kind: z.literal('term'), seq: z.number().int().min(1), term: z.number().int() }),
  z.object({ kind: z.literal('wish'), ...line, wish: desiredSchema }),
  z.object({ kind: z.literal('intent'), ...line, generation, from: basisPoints.nullable(), to: basisPoints }),
  z.object({
    kind: z.literal('applied'),
    ...line,
    generation,
    basisPoints,
    baseline: artifactSchema.nullable(),
    canary: artifactSchema.nullable(),
  }),
  /** The agent went to the baseline by itself; holds until a higher generation is wished. */
  z.object({ kind: z.literal('reverted'), ...line, generation, reason: z.string() }),
]);
export type JournalRecord = z.infer<typeof recordSchema>;

type WithoutSeq<T> = T extends unknown ? Omit<T, 'seq'> : never;
export type NewRecord = WithoutSeq<Exclude<JournalRecord, { kind: 'head' }>>;

export type TargetState = {
  wish: Desired;
  fingerprint: string;
  /** The router write that was begun last and not yet confirmed by `applied`. */
  openIntent: { generation: number; from: number | null; to: number } | null;
  applied: {
    generation: number;
    basisPoints: number;
    baseline: Desired['baseline'];
    canary: Desired['canary'];
  } | null;
  reverted: { generation: number; reason: string } | null;
};

export type JournalState = {
  journalId: string;
  seq: number;
  term: number;
  targets: Map<string, TargetState>;
};

/** Folds one record into the state; changes `state`. Records of a target before its first wish are void. */
export function fold(state: JournalState, record: JournalRecord): void {
  state.seq = Math.max(state.seq, record.seq);
  if (record.kind === 'head') {
    state.journalId = record.journalId;
    state.term = Math.max(state.term, record.term);
    return;
  }
  if (record.kind === 'term') {
    state.term = Math.max(state.term, record.term);
    return;
  }
  const held = state.targets.get(record.target);
  if (record.kind === 'wish') state.targets.set(record.target, afterWish(held, record.wish));
  else if (held !== undefined) foldTarget(held, record);
}

/** The fewest records that fold to the same state. */
export function compacted(state: JournalState): JournalRecord[] {
  const { journalId, seq, term } = state;
  const records: JournalRecord[] = [{ kind: 'head', seq, journalId, term }];
  for (const [target, held] of state.targets) {
    const { wish, openIntent, applied, reverted } = held;
    records.push({ kind: 'wish', seq, target, wish });
    if (applied !== null) records.push({ kind: 'applied', seq, target, ...applied });
    if (openIntent !== null) records.push({ kind: 'intent', seq, target, ...openIntent });
    if (reverted !== null) records.push({ kind: 'reverted', seq, target, ...reverted });
  }
  return records;
}

function afterWish(held: TargetState | undefined, wish: Desired): TargetState {
  return {
    wish,
    fingerprint: fingerprintOf(wish),
    openIntent: held?.openIntent ?? null,
    applied: held?.applied ?? null,
    reverted: null,
  };
}

function foldTarget(
  held: TargetState,
  record: Exclude<JournalRecord, { kind: 'head' | 'term' | 'wish' }>,
): void {
  const { generation } = record;
  if (record.kind === 'intent') held.openIntent = { generation, from: record.from, to: record.to };
  if (record.kind === 'applied') {
    const { basisPoints, baseline, canary } = record;
    held.applied = { generation, basisPoints, baseline, canary };
    if (held.openIntent !== null && held.openIntent.generation <= generation) held.openIntent = null;
  }
  if (record.kind === 'reverted') held.reverted = { generation, reason: record.reason };
}
