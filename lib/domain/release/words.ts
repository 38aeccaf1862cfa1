/** Small words that several sentences share. */
import type { Stage } from './types.ts';

/** Basis points as people read shares: `5 %`, `0.1 %`, `12.5 %`. */
export const shareText = (basisPoints: number): string => `${Number((basisPoints / 100).toFixed(2))} %`;

/** A step as people speak of it: `5 %`, `5 % in eu`, or no traffic yet. */
export const stepText = (stage: Stage | null | undefined): string => {
  if (!stage) return shareText(0);
  return stage.wave === null
    ? shareText(stage.shareBasisPoints)
    : `${shareText(stage.shareBasisPoints)} in ${stage.wave.name}`;
};

/** Seconds in the two largest units: `45 s`, `3 min 10 s`, `2 h 5 min`. */
export const durationText = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds));
  const [days, hours, minutes] = [
    Math.floor(whole / 86_400),
    Math.floor(whole / 3_600) % 24,
    Math.floor(whole / 60) % 60,
  ];
  const parts = [
    [days, 'd'],
    [hours, 'h'],
    [minutes, 'min'],
    [whole % 60, 's'],
  ] as const;
  const first = parts.findIndex(([value]) => value > 0);
  if (first === -1) return '0 s';
  return parts
    .slice(first, first + 2)
    .filter(([value]) => value > 0)
    .map(([value, unit]) => `${value} ${unit}`)
    .join(' ');
};

/** `a`, `a and b`, `a, b and c`. */
export const listText = (items: readonly string[]): string =>
  items.length <= 1 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;

/** `2026-12-26 08:00 UTC`. */
export const momentText = (at: number): string =>
  `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
