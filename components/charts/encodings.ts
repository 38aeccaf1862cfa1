/**
 * How roles and verdicts look. Each is told apart by line, marker or shape and by a word; colour comes last,
 * because canary and baseline are equal in greyscale, and pass and fail are close for some eyes.
 */
export type Themed = { light: string; dark: string };

export type Series = {
  word: string;
  colour: Themed;
  /** SVG `stroke-dasharray`; null = solid. */
  dash: string | null;
  marker: 'filled-circle' | 'hollow-square' | 'none';
};

export type Standing = {
  word: string;
  colour: Themed;
  shape: 'check-in-circle' | 'bars-in-square' | 'cross-in-octagon' | 'dashed-ring';
};

export const SERIES = {
  canary: {
    word: 'canary',
    colour: { light: '#C2410C', dark: '#F5A65B' },
    dash: null,
    marker: 'filled-circle',
  },
  baseline: {
    word: 'baseline',
    colour: { light: '#0369A1', dark: '#7CC4F5' },
    dash: '6 4',
    marker: 'hollow-square',
  },
} as const satisfies Record<string, Series>;

/** Evidence grows in two directions, told apart like the tracks are; the verdict's words and colours go with them. */
export const EVIDENCE = {
  rollback: { dash: null, marker: 'filled-circle', colour: 'var(--fail)' },
  advance: { dash: '6 4', marker: 'hollow-square', colour: 'var(--pass)' },
} as const satisfies Record<string, Omit<Series, 'word' | 'colour'> & { colour: string }>;

export const LIMIT: Themed = { light: '#52606D', dark: '#A9B4BF' };

export const STANDINGS = {
  pass: { word: 'may advance', colour: { light: '#0F766E', dark: '#5EEAD4' }, shape: 'check-in-circle' },
  hold: { word: 'hold', colour: { light: '#92600A', dark: '#F2C14E' }, shape: 'bars-in-square' },
  fail: { word: 'roll back', colour: { light: '#B4236A', dark: '#FF8FC0' }, shape: 'cross-in-octagon' },
  unknown: { word: 'cannot tell yet', colour: LIMIT, shape: 'dashed-ring' },
} as const satisfies Record<string, Standing>;
export type StandingName = keyof typeof STANDINGS;

/** What the encodings are drawn on: the page and the cards of each theme. */
export const SURFACES = {
  light: ['#FFFFFF', '#F4F5F2'],
  dark: ['#0E1116', '#161B22'],
} as const;
