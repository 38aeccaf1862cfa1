import type { ArmCounts } from './contract.ts';
import { mixtureEvidence, newMixture, type StartMixture, stepMixture } from './mixture.ts';
import { isHistory, type Span } from './span.ts';
import { type Split, type SplitBet, splitGains } from './split-bet.ts';

/**
 * Failures looked at by route and by kind of failure: twice as many in all is often fifty times as many on one route,
 * and an exception that the baseline never shows says more in three occurrences than the total in thousands. Every
 * part has the same bet as the total and a stake of its own, handed out in the order in which parts are first seen;
 * which arm a failure falls on plays no role in that, so the sum stays an e-value under any dependence (Vovk and
 * Wang, arXiv 1912.06116). What comes after the last slot is one part called "other".
 */
export type ErrorParts = {
  routes: PartGroup;
  fingerprints: PartGroup;
  /** Part of the metric's wealth that was moved to the parts when the source began to tell them; 0 before. */
  stake: number;
  /** The wealth of the total at that moment. */
  wealthAtStart: number;
};

export type PartGroup = { told: boolean; parts: Part[]; other: Part };

/** One route or kind of failure; sums over the compared spans after the warm-up. */
export type Part = { name: string; harm: StartMixture; totals: Split; baselineBefore: number };

export type PartKind = 'route' | 'fingerprint';

/** Named parts of each group; all others are judged together. */
export const PARTS_MAX = 20;

export const newErrorParts = (bet: SplitBet): ErrorParts => ({
  routes: newGroup(bet),
  fingerprints: newGroup(bet),
  stake: 0,
  wealthAtStart: 1,
});

export type PartsContext = {
  bet: SplitBet;
  boundary: number;
  dispersion: number;
  /** The e-value of the total before this span. */
  wealth: number;
};

/** Takes in one span of both arms; in the history before the canary only names and the baseline's failures. */
export function observeErrorParts(
  known: ErrorParts,
  span: Span,
  canary: ArmCounts | null,
  baseline: ArmCounts,
  context: PartsContext,
): ErrorParts {
  const arms = { canary: isHistory(span) ? null : canary, baseline };
  const begun = beginParts(known, arms, context.wealth);
  return {
    ...begun,
    routes: observeGroup(begun.routes, routeSplits(arms), span, context),
    fingerprints: observeGroup(begun.fingerprints, fingerprintSplits(arms), span, context),
  };
}

/** The metric's e-value from that of the total: the total keeps what was not staked on the parts. */
export function withParts(parts: ErrorParts, total: number, bet: SplitBet): number {
  if (parts.stake === 0) return total;
  const groups = [parts.routes, parts.fingerprints].filter(({ told }) => told);
  const mean = groups.reduce((sum, group) => sum + groupEvidence(group, bet), 0) / groups.length;
  return (1 - parts.stake) * total + parts.stake * parts.wealthAtStart * mean;
}

/** The parts that speak against the canary, the strongest first. */
export function worstParts(
  { routes, fingerprints }: ErrorParts,
  bet: SplitBet,
): { kind: PartKind; part: Part; evidence: number }[] {
  const listed = (kind: PartKind, group: PartGroup) =>
    [...group.parts, group.other].map((part) => ({
      kind,
      part,
      evidence: mixtureEvidence(part.harm, bet.weights),
    }));
  return [...listed('route', routes), ...listed('fingerprint', fingerprints)]
    .filter(({ part, evidence }) => evidence > PART_WORTH_SHOWING && part.totals.canaryBad > 0)
    .sort((a, b) => b.evidence - a.evidence);
}

const OTHER = 'other';
const STAKE = 0.4;
const PART_WORTH_SHOWING = 3;
const NAME_LENGTH_MAX = 120;

/** Half of a group's money in equal parts, half on those seen first: they carry most of the traffic. */
const SLOT_WEIGHTS: readonly number[] = Array.from(
  { length: PARTS_MAX + 1 },
  (_, k) => 0.5 / (PARTS_MAX + 1) + 0.5 / (k < PARTS_MAX ? (k + 1) * (k + 2) : PARTS_MAX + 1),
);

type NamedSplit = Split & { name: string };
type Arms = { canary: ArmCounts | null; baseline: ArmCounts };

function newGroup(bet: SplitBet): PartGroup {
  return { told: false, parts: [], other: newPart(OTHER, bet) };
}

function newPart(name: string, bet: SplitBet): Part {
  const totals = { canaryN: 0, canaryBad: 0, baselineN: 0, baselineBad: 0 };
  return { name, harm: newMixture(bet.ratios.length), totals, baselineBefore: 0 };
}

/** Wealth is moved once, at the first span in which a source tells a group: a rule that looks at no outcome. */
function beginParts(known: ErrorParts, { canary, baseline }: Arms, wealth: number): ErrorParts {
  if (known.stake > 0) return known;
  const told = (field: 'routes' | 'fingerprints') =>
    baseline[field] !== undefined && (canary === null || canary[field] !== undefined);
  const routes = told('routes');
  const fingerprints = told('fingerprints');
  if (!routes && !fingerprints) return known;
  return {
    routes: { ...known.routes, told: routes },
    fingerprints: { ...known.fingerprints, told: fingerprints },
    stake: STAKE,
    wealthAtStart: wealth,
  };
}

function routeSplits({ canary, baseline }: Arms): NamedSplit[] | null {
  const mine = canary === null ? {} : canary.routes;
  if (mine === undefined || baseline.routes === undefined) return null;
  const theirs = baseline.routes;
  return namesOf(mine, theirs).map((name) => ({
    name,
    canaryN: own(mine, name)?.requests ?? 0,
    canaryBad: own(mine, name)?.errors ?? 0,
    baselineN: own(theirs, name)?.requests ?? 0,
    baselineBad: own(theirs, name)?.errors ?? 0,
  }));
}

function fingerprintSplits({ canary, baseline }: Arms): NamedSplit[] | null {
  const mine = canary === null ? {} : canary.fingerprints;
  if (mine === undefined || baseline.fingerprints === undefined) return null;
  const theirs = baseline.fingerprints;
  return namesOf(mine, theirs).map((name) => ({
    name,
    canaryN: canary?.requests ?? 0,
    canaryBad: own(mine, name) ?? 0,
    baselineN: baseline.requests,
    baselineBad: own(theirs, name) ?? 0,
  }));
}

function namesOf(mine: object, theirs: object): string[] {
  return [...new Set([...Object.keys(mine), ...Object.keys(theirs)])];
}

function own<T>(record: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function observeGroup(
  group: PartGroup,
  splits: NamedSplit[] | null,
  span: Span,
  context: PartsContext,
): PartGroup {
  if (!group.told || splits === null) return group;
  const parts = seat(group.parts, splits, context.bet);
  const byName = new Map(splits.map((split) => [cut(split.name), split]));
  const seated = new Set(parts.map(({ name }) => name));
  const rest = splits.filter(({ name }) => !seated.has(cut(name)));
  return {
    told: true,
    parts: parts.map((part) => observePart(part, byName.get(part.name), span, context)),
    other: observePart(group.other, rest.length === 0 ? undefined : sumOf(rest), span, context),
  };
}

/** Gives free slots to new names, the busiest first; both arms together decide what is busy. */
function seat(parts: Part[], splits: NamedSplit[], bet: SplitBet): Part[] {
  if (parts.length >= PARTS_MAX) return parts;
  const taken = new Set(parts.map(({ name }) => name));
  const busy = ({ canaryN, baselineN, canaryBad, baselineBad }: Split) =>
    canaryN + baselineN + canaryBad + baselineBad;
  const fresh = splits
    .filter((split) => !taken.has(cut(split.name)) && busy(split) > 0)
    .sort((a, b) => busy(b) - busy(a) || (a.name < b.name ? -1 : 1));
  const names = [...new Set(fresh.map(({ name }) => cut(name)))].slice(0, PARTS_MAX - parts.length);
  return [...parts, ...names.map((name) => newPart(name, bet))];
}

function sumOf(splits: Split[]): Split {
  return splits.reduce(addSplits);
}

function addSplits(a: Split, b: Split): Split {
  return {
    canaryN: a.canaryN + b.canaryN,
    canaryBad: a.canaryBad + b.canaryBad,
    baselineN: a.baselineN + b.baselineN,
    baselineBad: a.baselineBad + b.baselineBad,
  };
}

function observePart(part: Part, split: Split | undefined, span: Span, context: PartsContext): Part {
  if (split === undefined) return part;
  if (isHistory(span)) return { ...part, baselineBefore: part.baselineBefore + split.baselineBad };
  if (split.canaryN === 0 || split.baselineN === 0) return part;
  const totals = addSplits(part.totals, split);
  if (split.canaryBad + split.baselineBad === 0) return { ...part, totals };
  const gains = splitGains(context.bet, split, context.boundary);
  stepMixture(part.harm, gains, context.dispersion, span.elapsedSeconds);
  return { ...part, totals };
}

function groupEvidence({ parts, other }: PartGroup, bet: SplitBet): number {
  let free = 1;
  let sum = 0;
  [...parts, other].forEach((part, k) => {
    const weight = SLOT_WEIGHTS[part === other ? PARTS_MAX : k] ?? 0;
    sum += weight * mixtureEvidence(part.harm, bet.weights);
    free -= weight;
  });
  return sum + Math.max(0, free);
}

function cut(name: string): string {
  return name.length <= NAME_LENGTH_MAX ? name : `${name.slice(0, NAME_LENGTH_MAX - 1)}…`;
}
