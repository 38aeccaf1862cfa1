import type { Judged } from './rerun.ts';

type Moment = { at: number; sentence: string };

/** A moment of a rerun with the stage that ran at the time. */
export const momentView =
  ({ release, startedAt }: Judged) =>
  ({ at, sentence }: Moment) => {
    const { passed, stageIndex } = release.state;
    const over = passed.findIndex(({ endedAt }) => at < endedAt);
    const index = over < 0 ? Math.max(0, stageIndex) : over;
    return {
      at: new Date(at).toISOString(),
      second: Math.max(0, (at - startedAt) / 1_000),
      stage: { index, name: release.plan.stages[index]?.name ?? '' },
      sentence,
    };
  };
