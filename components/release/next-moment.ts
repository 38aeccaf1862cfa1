import type { ReleaseView } from '#lib/contract/release.ts';

/** What happens at `nextAt`, as the beginning of a sentence that ends with the time; null when nothing is due or a person is asked already. */
export const nextMoment = (
  release: Pick<ReleaseView, 'nextAt' | 'queued' | 'stages' | 'state'>,
): string | null => {
  if (release.nextAt === null) return null;
  if (release.queued) return 'Carried out';
  const stage = release.stages.find(({ status }) => status === 'current');
  if (!stage) return 'Due';
  if (stage.share >= 100) return 'Released';
  if (stage.gate === 'manual' || stage.gate === 'approval') return null;
  const confirmedAt = stage.confirmedAt === null ? null : Date.parse(stage.confirmedAt);
  const asksAt =
    confirmedAt !== null && stage.bakeSecondsMax !== null ? confirmedAt + stage.bakeSecondsMax * 1_000 : null;
  // Rounded to seconds on the way, so a second of slack.
  if (asksAt !== null && Date.parse(release.nextAt) >= asksAt - 1_000) return 'Asks a person';
  return 'May advance';
};
