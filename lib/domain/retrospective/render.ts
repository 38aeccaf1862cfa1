/** A stored draft as it is read: with roles, or with names where somebody switched that on. */
import type { RetrospectiveDraft, Who } from './draft-schema.ts';
import { callOf, fillPlaces } from './people.ts';

/** Every text with its places filled. A blameless document carries no name of a person at all. */
export const renderDraft = (draft: RetrospectiveDraft, blameless: boolean): RetrospectiveDraft => {
  const text = (value: string): string => fillPlaces(value, draft.people, blameless);
  const maybe = (value: string | null): string | null => (value === null ? null : text(value));
  const who = (value: Who): Who => ({ ...value, label: callOf(value, draft.people, blameless) });
  return {
    ...draft,
    header: { ...draft.header, reason: maybe(draft.header.reason), startedBy: who(draft.header.startedBy) },
    summary: text(draft.summary),
    timeline: draft.timeline.map((item) => ({
      ...item,
      who: who(item.who),
      text: text(item.text),
      reason: maybe(item.reason),
    })),
    decisions: draft.decisions.map((decision) => ({
      ...decision,
      who: who(decision.who),
      known: text(decision.known),
      concluded: text(decision.concluded),
      done: text(decision.done),
    })),
    people: blameless ? draft.people.map((person) => ({ ...person, name: person.label })) : draft.people,
  };
};
