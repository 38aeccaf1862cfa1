import type { z } from 'zod';
import { type WhatIfView, whatIfRequestSchema } from '../../contract/analysis.ts';
import type { AnalysisPolicy, Verdict } from '../../domain/analysis/contract.ts';
import {
  addLook,
  type Course,
  differenceOf,
  differenceText,
  noCourse,
} from '../../domain/analysis/what-if.ts';
import { analysisDocument, parseAnalysis } from '../../domain/release/plan-analysis.ts';
import { durationText } from '../../domain/release/words.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { momentView } from './moment-view.ts';
import { type Judged, loadJudged, rerunRelease } from './rerun.ts';

/**
 * When another policy would have decided otherwise on what this release measured. Throws `invalid` with the fields of
 * the policy, `refused` before anything was judged.
 */
export const askWhatIf = async (
  ctx: Context,
  { id, ...input }: { id: string } & z.input<typeof whatIfRequestSchema>,
): Promise<WhatIfView> => {
  authorize(ctx.actor, 'release:read');
  const { analysis } = whatIfRequestSchema.parse(input);
  const judged = await loadJudged(ctx, id);
  const { policy, errors } = parseAnalysis(analysis, judged.metrics, 'analysis');
  if (errors)
    throw new ServiceError('invalid', errors.map(({ path, message }) => `${path}: ${message}`).join('; '), {
      errors,
    });
  const policies = [judged.release.plan.analysis, policy] as const;
  const courses: [Course, Course] = [noCourse, noCourse];
  const ends: [Verdict | null, Verdict | null] = [null, null];
  const { counted, note } = await rerunRelease(ctx, judged, policies, (look, place) => {
    const which = place === 0 ? 0 : 1;
    courses[which] = addLook(courses[which], look);
    ends[which] = look.verdict;
  });
  const [own, other] = courses;
  const difference = differenceOf(own, other, counted);
  return {
    from: new Date(judged.startedAt).toISOString(),
    to: new Date(judged.end).toISOString(),
    own: courseView(judged, policies[0], own, ends[0]),
    other: courseView(judged, policies[1], other, ends[1]),
    difference,
    summary: differenceText(own, other, difference, judged.startedAt),
    limit: limitText(judged),
    note,
  };
};

const courseView = (judged: Judged, policy: AnalysisPolicy, course: Course, end: Verdict | null) => {
  const moment = momentView(judged);
  return {
    policy: analysisDocument(policy),
    decision: end?.decision ?? ('hold' as const),
    holdReason: end ? end.holdReason : 'no-canary-data',
    sentence: end?.sentence ?? 'Hold, cannot tell: nothing was measured.',
    rollback: course.rollback && moment(course.rollback),
    advance: course.advance && moment(course.advance),
  };
};

const limitText = ({ release, startedAt, end }: Judged): string => {
  const span = durationText((end - startedAt) / 1_000);
  return release.state.outcome === null && release.state.phase !== 'rolling-back'
    ? `The release still runs; this stands on the ${span} measured so far.`
    : `This stands on the ${span} in which the canary was judged. After that it got no more traffic under this release, so what it would have done later cannot be known. Shares are those the release really had: a policy that advances sooner would have shown the canary to more people sooner.`;
};
