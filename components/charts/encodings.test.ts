import { describe, expect, it } from 'vitest';
import { LIMIT, SERIES, STANDINGS, SURFACES } from './encodings.ts';
import { contrast, distance, greyDistance } from './testing.ts';

const themes = ['light', 'dark'] as const;
const colours = [...Object.values(SERIES), ...Object.values(STANDINGS)].map(({ word, colour }) => ({
  word,
  colour,
}));

describe('the encodings', () => {
  for (const theme of themes)
    for (const { word, colour } of [...colours, { word: 'limit', colour: LIMIT }])
      it(`writes "${word}" with at least 4.5 : 1 on every ${theme} surface`, () => {
        for (const surface of SURFACES[theme])
          expect(contrast(colour[theme], surface)).toBeGreaterThanOrEqual(4.5);
      });

  for (const theme of themes)
    for (const vision of ['none', 'protan', 'deutan', 'tritan'] as const)
      it(`keeps canary and baseline far apart for ${vision} eyes in ${theme}`, () => {
        const apart = distance(SERIES.canary.colour[theme], SERIES.baseline.colour[theme], vision);
        expect(apart).toBeGreaterThanOrEqual(50);
      });

  it('cannot rely on colour: without it canary and baseline are alike, so line and marker differ', () => {
    for (const theme of themes)
      expect(greyDistance(SERIES.canary.colour[theme], SERIES.baseline.colour[theme])).toBeLessThan(6);
    expect(SERIES.canary.dash).not.toBe(SERIES.baseline.dash);
    expect(SERIES.canary.marker).not.toBe(SERIES.baseline.marker);
  });

  it('gives every verdict its own word and shape', () => {
    const standings = Object.values(STANDINGS);
    expect(new Set(standings.map(({ word }) => word)).size).toBe(standings.length);
    expect(new Set(standings.map(({ shape }) => shape)).size).toBe(standings.length);
  });
});
