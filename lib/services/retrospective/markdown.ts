/** A retrospective as one Markdown document. What the record says is escaped; what people wrote is Markdown already. */
import type { RetrospectiveView } from '../../contract/retrospective.ts';
import { durationText, shareText } from '../../domain/release/words.ts';
import { IMPACT_WORDS, metricText } from '../../domain/retrospective/impact-words.ts';

/** Times in UTC. With roles instead of names where the retrospective is blameless; owners stay, for they are asked to act. */
export const markdownOf = (view: RetrospectiveView): string =>
  `${[
    ...headerLines(view),
    ...section('Summary', [view.summary.drafted ? escapeMarkdown(view.summary.text) : view.summary.text]),
    ...section('Impact', impactLines(view)),
    ...section('Timeline', timelineLines(view)),
    ...section('Decisions', decisionLines(view)),
    ...section('Contributing factors', factorLines(view)),
    ...section('What went well', [view.wentWell.text]),
    ...section('Where we were lucky', [view.lucky.text]),
    ...section('Action items', itemLines(view)),
    ...section('Review', reviewLines(view)),
  ].join('\n')}\n`;

/** Plain text that means itself in Markdown, on one line. */
export const escapeMarkdown = (text: string): string =>
  text.replace(/\s*\n\s*/g, ' ').replace(/[\\`*_{}[\]<>#|~!]/g, '\\$&');

const section = (title: string, lines: readonly string[]): string[] => {
  const said = lines.some((line) => line.trim() !== '');
  return [`## ${title}`, '', ...(said ? lines : ['Nothing yet.']), ''];
};

const moment = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;
const cell = (text: string): string => escapeMarkdown(text);
const OUTCOME_WORDS = { released: 'released', 'rolled-back': 'rolled back', cancelled: 'cancelled' } as const;

const headerLines = ({ header, signOffs, draftedAt }: RetrospectiveView): string[] => [
  `# ${cell(header.serviceName)} ${cell(header.version)}: ${OUTCOME_WORDS[header.outcome]} in ${cell(header.environmentName)}`,
  '',
  `| | |`,
  `| --- | --- |`,
  `| Service | ${cell(header.service)} |`,
  `| Version | ${cell(header.version)} over ${cell(header.baselineVersion ?? 'nothing')} |`,
  `| Environment | ${cell(header.environmentName)} |`,
  `| Plan | ${cell(header.plan)}, revision ${header.planRevision} |`,
  `| Started | ${moment(header.startedAt)} by ${cell(header.startedBy.label)} |`,
  `| Ended | ${moment(header.finishedAt)} |`,
  ...(header.stoppedAt
    ? [
        `| Stopped at | stage ${header.stoppedAt.index + 1} of ${header.stoppedAt.of}, ${cell(header.stoppedAt.name)} (${shareText(header.stoppedAt.share * 100)}) |`,
      ]
    : []),
  ...(header.reason ? [`| Reason | ${cell(header.reason)} |`] : []),
  `| Release | ${header.releaseId} |`,
  `| Drafted | ${moment(draftedAt)} |`,
  `| Signed off | ${signOffs.length === 0 ? 'not yet' : `${signOffs.length} time(s)`} |`,
  '',
];

const impactLines = ({ impact }: RetrospectiveView): string[] => [
  '| What | How much | How it was found |',
  '| --- | --- | --- |',
  ...IMPACT_WORDS.map(({ key, label, text }) => {
    const { value, how } = impact[key];
    return `| ${label} | ${value === null ? 'cannot tell' : text(value)} | ${cell(how.replace(/^cannot tell: /, ''))} |`;
  }),
];

const timelineLines = ({ timeline, notes, incidents }: RetrospectiveView): string[] => {
  const noted = (index: number): string[] =>
    notes
      .filter(({ afterItem }) => afterItem === index)
      .map(({ text }) => `  > ${text.replace(/\n/g, '\n  > ')}`);
  return [
    ...incidents.map(
      ({ id, title, startedAt, resolvedAt }) =>
        `- **${moment(startedAt)}** Incident ${cell(id)}: ${cell(title)} (${resolvedAt ? `resolved ${moment(resolvedAt)}` : 'open'})`,
    ),
    ...noted(-1),
    ...timeline.flatMap((item, index) => [
      `- **${moment(item.at)}** ${cell(item.text)}${item.text.endsWith('.') ? '' : '.'} *${cell(item.who.label)}*` +
        `${item.waitedSeconds === null ? '' : `, after waiting ${durationText(item.waitedSeconds)}`}` +
        `${item.reason ? `: “${cell(item.reason)}”` : ''} (${evidenceText(item.evidence)})`,
      ...item.metrics.map((metric) => `  - ${cell(metricText(metric))}`),
      ...noted(index),
    ]),
  ];
};

const evidenceText = (evidence: RetrospectiveView['timeline'][number]['evidence']): string => {
  if (evidence.type === 'event') return `event ${evidence.sequence}`;
  return evidence.type === 'incident' ? `incident ${cell(evidence.id)}` : `commit ${cell(evidence.hash)}`;
};

const decisionLines = ({ decisions }: RetrospectiveView): string[] =>
  decisions.length === 0
    ? []
    : [
        '| When | Who | Known then | Concluded | Done |',
        '| --- | --- | --- | --- | --- |',
        ...decisions.map(
          ({ at, who, known, concluded, done }) =>
            `| ${moment(at)} | ${cell(who.label)} | ${cell(known)} | ${cell(concluded)} | ${cell(done)} |`,
        ),
      ];

const factorLines = ({ factors }: RetrospectiveView): string[] =>
  factors.map(
    ({ text, tags }) =>
      `- ${text.replace(/\n/g, '\n  ')}${tags.length > 0 ? ` (${tags.map((tag) => `\`${tag}\``).join(', ')})` : ''}`,
  );

const itemLines = ({ actionItems }: RetrospectiveView): string[] =>
  actionItems.map(({ text, type, owner, dueOn, ticket, doneAt, overdue }) => {
    const facts = [
      type,
      owner ? `owner ${cell(owner)}` : 'no owner',
      dueOn ? `due ${dueOn}${overdue ? ', overdue' : ''}` : 'no due date',
      ...(ticket ? [`<${ticket.replace(/[<>\s]/g, encodeURIComponent)}>`] : []),
    ];
    return `- [${doneAt ? 'x' : ' '}] ${text.replace(/\n/g, '\n  ')} (${facts.join('; ')})`;
  });

const reviewLines = ({ checklist, signOffs, blameless }: RetrospectiveView): string[] => [
  ...checklist.map(({ text, done }) => `- [${done ? 'x' : ' '}] ${text}`),
  '',
  ...signOffs.map(
    ({ name, role, at, version, current }) =>
      `- Signed off by ${cell(blameless ? `an ${role}`.replace(/^an (?![aeiou])/, 'a ') : name)} on ${moment(at)}, version ${version}${current ? '' : ' (changed since)'}`,
  ),
];
