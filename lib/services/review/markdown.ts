/** A review of a span of days as one Markdown document. */
import type { ReviewRelease, ReviewView } from '../../contract/review.ts';
import { durationText } from '../../domain/release/words.ts';
import { groupText } from '../../domain/retrospective/impact.ts';
import { CELEBRATE } from '../../domain/retrospective/period.ts';
import { escapeMarkdown } from '../retrospective/markdown.ts';

export const reviewMarkdown = (view: ReviewView): string => {
  const { actionItems: items } = view;
  return `${[
    `# Releases from ${view.from} to ${view.to} (${view.zone}), ${view.service ?? 'all services'}`,
    '',
    `${view.released} shipped, ${view.stopped} stopped with traffic, ${view.cancelledWithoutTraffic} cancelled before any, ` +
      `${view.falseAlarms} marked as false alarms.`,
    '',
    `Action items: ${items.opened} opened, ${items.closed} done, ${items.open} open now, ${items.overdue} of them overdue.`,
    '',
    ...list(
      'Stopped at which stage',
      view.stoppedByStage,
      ({ index, name, count }) => `stage ${index + 1}, ${name}: ${count}`,
    ),
    ...list('Stopped', view.stops, stopText),
    ...list('Waits by gate', view.waits, waitText),
    ...list(
      'Factors named more than once',
      view.repeatedFactors,
      ({ tag, releases }) => `${tag}: ${releases.length}`,
    ),
    ...list(
      `Quick detections (within ${durationText(CELEBRATE.secondsMax)}, at most ${CELEBRATE.shareBasisPointsMax / 100} % of the traffic)`,
      view.celebrations,
      celebrationText,
    ),
    ...list('Shipped', view.shipped, (release) => `${nameText(release)}, ${release.finishedAt.slice(0, 10)}`),
  ].join('\n')}\n`;
};

const list = <T>(title: string, items: readonly T[], text: (item: T) => string): string[] => [
  `## ${title}`,
  '',
  ...(items.length === 0 ? ['None.'] : items.map((item) => `- ${escapeMarkdown(text(item))}`)),
  '',
];

const nameText = ({ serviceName, version, environmentName }: ReviewRelease): string =>
  `${serviceName} ${version} in ${environmentName}`;

const stopText = (release: ReviewRelease): string =>
  `${nameText(release)}: ${release.stoppedAt ? `at ${release.stoppedAt.name} (${release.stoppedAt.share} %)` : 'before it had traffic'}` +
  `${release.falseAlarm === null ? '' : `; false alarm: ${release.falseAlarm}`}`;

const waitText = ({
  gate,
  count,
  medianSeconds,
  p90Seconds,
  longestSeconds,
}: ReviewView['waits'][number]): string =>
  `${gate}: ${count} times, median ${durationText(medianSeconds)}, 90 % within ${durationText(p90Seconds)}, longest ${durationText(longestSeconds)}`;

const celebrationText = (release: ReviewRelease): string =>
  `${nameText(release)}: found in ${durationText(release.secondsToDetect ?? 0)} at ${release.stoppedAt?.share ?? 0} %` +
  `${release.harmAvoidedRequests ? `, about ${groupText(release.harmAvoidedRequests)} failures avoided` : ''}`;
