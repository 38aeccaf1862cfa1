/** What the agents must have found on the side under trial before a step may be left. */
import { moved } from './exposure.ts';
import type { ReleaseState, Stage, TargetState } from './types.ts';

/** One line for each cluster that stands in the way, in words; empty when every check has passed everywhere. */
export const checkProblems = (state: ReleaseState, stage: Stage): string[] => {
  if (stage.checks.length === 0 && stage.parity !== 'required') return [];
  return state.targets.filter(moved).flatMap((target) => problemsOf(target, stage));
};

const problemsOf = (target: TargetState, stage: Stage): string[] => {
  const { checked, cluster } = target;
  if (checked?.generation !== target.generation)
    return inStep(target, stage) ? [`${cluster} has not been checked yet`] : [];
  const differences = stage.parity === 'required' ? checked.differences : [];
  return [...checked.problems, ...differences].map((problem) => `${cluster}: ${problem}`);
};

const inStep = ({ cluster }: TargetState, { wave }: Stage): boolean =>
  wave === null || wave.clusters.includes(cluster);
