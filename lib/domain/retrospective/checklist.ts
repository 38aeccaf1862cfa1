/** What a review should have looked at before somebody signs it. */
export const CHECKLIST = [
  { key: 'timeline', text: 'The timeline is complete, and notes say what the record cannot know' },
  { key: 'impact', text: 'The impact is understood, and what cannot be told is said' },
  { key: 'factors', text: 'Several contributing factors are named, none of them a person' },
  { key: 'decisions', text: 'Decisions are judged by what was known when they were taken' },
  { key: 'actions', text: 'Every action item has a type, an owner and a due date' },
  { key: 'luck', text: 'What went well and where there was luck is written down' },
  { key: 'shared', text: 'Those who were affected have read it' },
] as const;

export type ChecklistKey = (typeof CHECKLIST)[number]['key'];
export const CHECKLIST_KEYS = CHECKLIST.map(({ key }) => key);

export const ACTION_TYPES = ['prevent', 'detect', 'mitigate', 'process'] as const;
export type ActionType = (typeof ACTION_TYPES)[number];

/** Tags that mean the same everywhere, so that factors can be counted over a quarter; others are welcome. */
export const FACTOR_TAGS = [
  'code',
  'configuration',
  'data',
  'dependency',
  'capacity',
  'testing',
  'monitoring',
  'plan',
  'process',
  'communication',
] as const;
