import type { ArmCounts, Interval } from './contract.ts';
import { checkReadings } from './gauge.ts';
import { checkAmounts } from './mean.ts';
import type { AnalysisState } from './state.ts';

/** What is impossible about the inputs that not every source has, as a sentence that names the field; null when nothing. */
export function checkInputs(state: AnalysisState, interval: Interval): string | null {
  const { target, assignedShare: share, canary, baseline } = interval;
  // Places are kept in records, where such a name would reach what every record has.
  if (target in {}) return `target is "${target}", which cannot name a place`;
  if (share !== undefined && !(share >= 0 && share <= 1))
    return `assignedShare is ${share}, must be between 0 and 1`;
  return checkArm(state, 'canary', canary) ?? checkArm(state, 'baseline', baseline);
}

function checkArm(state: AnalysisState, arm: string, counts: ArmCounts | null): string | null {
  if (counts === null) return null;
  const age = counts.youngestSeconds ?? 0;
  if (!isCount(age)) return `${arm}.youngestSeconds is ${age}, must be 0 or more`;
  return checkParts(arm, counts) ?? checkBound(state, arm, counts) ?? checkGauges(arm, counts);
}

function checkParts(arm: string, { routes, fingerprints }: ArmCounts): string | null {
  for (const [name, { requests, errors }] of Object.entries(routes ?? {})) {
    if (!isCount(requests)) return `${arm}.routes["${name}"].requests is ${requests}, must be 0 or more`;
    if (!isCount(errors)) return `${arm}.routes["${name}"].errors is ${errors}, must be 0 or more`;
    if (errors > requests)
      return `${arm}.routes["${name}"].errors is ${errors}, more than the ${requests} requests`;
  }
  for (const [name, count] of Object.entries(fingerprints ?? {}))
    if (!isCount(count)) return `${arm}.fingerprints["${name}"] is ${count}, must be 0 or more`;
  return null;
}

function checkBound({ metrics }: AnalysisState, arm: string, { amounts }: ArmCounts): string | null {
  if (amounts === undefined) return null;
  for (const { definition, evidence } of metrics) {
    const told = amounts[definition.name];
    if (evidence.type !== 'mean' || told === undefined) continue;
    const problem = checkAmounts(told, evidence.bound);
    if (problem !== null) return `${arm}.amounts.${definition.name} ${problem}`;
  }
  return null;
}

function checkGauges(arm: string, { gauges }: ArmCounts): string | null {
  for (const [name, readings] of Object.entries(gauges ?? {})) {
    const problem = checkReadings(readings);
    if (problem !== null) return `${arm}.gauges.${name} ${problem}`;
  }
  return null;
}

function isCount(count: number): boolean {
  return Number.isFinite(count) && count >= 0;
}
