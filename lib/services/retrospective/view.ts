/** A stored retrospective as the API answers it: roles or names, times as text, shares in percent. */
import type { ActionItemView, RetrospectiveView } from '../../contract/retrospective.ts';
import type { LinkedIncident } from '../../data/retrospective-facts.ts';
import type { StoredRetrospective } from '../../data/retrospectives.ts';
import { may } from '../../domain/policy/permissions.ts';
import type { Actor } from '../../domain/release/types.ts';
import { CHECKLIST } from '../../domain/retrospective/checklist.ts';
import type { RetrospectiveDraft } from '../../domain/retrospective/draft-schema.ts';
import { withoutNames } from '../../domain/retrospective/people.ts';
import { renderDraft } from '../../domain/retrospective/render.ts';
import { actionItemView } from '../action-item/view.ts';

/** `actor` decides what `editable` says, `now` (milliseconds) what is overdue. */
export const retrospectiveView = (
  stored: StoredRetrospective,
  incidents: readonly LinkedIncident[],
  actor: Actor,
  now: number,
): RetrospectiveView => {
  const draft = renderDraft(stored.draft, stored.blameless);
  const written = (source: string) => ({
    text: stored.blameless ? withoutNames(source, stored.draft.people) : source,
    source,
  });
  const orDraft = (source: string | null, drafted: string) =>
    source === null
      ? { text: drafted, source: drafted, drafted: true }
      : { ...written(source), drafted: false };
  const about = { retrospective: stored.id, releaseId: stored.releaseId, service: draft.header.service };
  return {
    id: stored.id,
    releaseId: stored.releaseId,
    version: stored.version,
    blameless: stored.blameless,
    draftedAt: stored.createdAt.toISOString(),
    draftedBy: stored.draftedBy === 'engine' ? 'Slipway' : stored.draftedBy,
    signedOffAt: stored.signedOffAt?.toISOString() ?? null,
    ...recordedParts(draft),
    incidents: incidents.map((incident) => incidentView(incident, stored)),
    summary: orDraft(stored.summary, draft.summary),
    wentWell: orDraft(stored.wentWell, listOf(draft.wentWell)),
    lucky: orDraft(stored.lucky, listOf(draft.lucky)),
    notes: stored.notes.map(({ id, afterItem, version, text }) => ({
      ...written(text),
      id,
      afterItem,
      version,
    })),
    factors: stored.factors.map(({ id, tags, version, text }) => ({ ...written(text), id, tags, version })),
    actionItems: stored.actionItems.map((item): ActionItemView => actionItemView({ ...item, ...about }, now)),
    ...peoplesParts(stored),
    editable: may(actor, 'review:write'),
  };
};

const incidentView = (incident: LinkedIncident, { blameless, draft }: StoredRetrospective) => {
  const title = incident.title ?? incident.id;
  return {
    id: incident.id,
    title: blameless ? withoutNames(title, draft.people) : title,
    url: incident.url && /^https?:\/\//.test(incident.url) ? incident.url : null,
    severity: incident.severity,
    startedAt: incident.started_at.toISOString(),
    resolvedAt: incident.resolved_at?.toISOString() ?? null,
  };
};

const listOf = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n');
const time = (milliseconds: number): string => new Date(milliseconds).toISOString();
const maybe = (milliseconds: number | null): string | null =>
  milliseconds === null ? null : time(milliseconds);
const percent = (basisPoints: number): number => basisPoints / 100;

const recordedParts = ({ header, impact, stages, timeline, decisions }: RetrospectiveDraft) => {
  const { largestShareBasisPoints: largest, ...figures } = impact;
  const { stoppedAt } = header;
  return {
    header: {
      ...header,
      startedAt: time(header.startedAt),
      finishedAt: time(header.finishedAt),
      stoppedAt: stoppedAt && {
        index: stoppedAt.index,
        name: stoppedAt.name,
        of: stoppedAt.of,
        share: percent(stoppedAt.shareBasisPoints),
      },
    },
    impact: {
      ...figures,
      largestShare: { ...largest, value: largest.value === null ? null : percent(largest.value) },
    },
    stages: stages.map(({ shareBasisPoints, ...stage }) => ({
      ...stage,
      share: percent(shareBasisPoints),
      startedAt: time(stage.startedAt),
      confirmedAt: maybe(stage.confirmedAt),
      endedAt: maybe(stage.endedAt),
    })),
    timeline: timeline.map((item) => ({ ...item, at: time(item.at) })),
    decisions: decisions.map((decision) => ({ ...decision, at: time(decision.at) })),
  };
};

/** What people did to the document under their own names: they speak for themselves here. */
const peoplesParts = (stored: StoredRetrospective) => ({
  checklist: CHECKLIST.map(({ key, text }) => {
    const tick = stored.checked[key];
    return { key, text, done: tick !== undefined, by: tick?.by ?? null, at: tick?.at ?? null };
  }),
  signOffs: stored.signOffs.map(({ name, role, at, version }) => ({
    name,
    role,
    at: at.toISOString(),
    version,
    current: version === stored.version,
  })),
  comments: stored.comments.map(({ id, author, text, createdAt }) => ({
    id,
    author,
    text,
    at: createdAt.toISOString(),
  })),
  falseAlarm: stored.release.falseAlarm && {
    reason: stored.release.falseAlarm.reason,
    by: stored.release.falseAlarm.markedBy,
    at: stored.release.falseAlarm.markedAt.toISOString(),
  },
});
