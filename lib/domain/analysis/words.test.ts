import { expect, it } from 'vitest';
import { countText, durationText, percentText, secondsText, timesText } from './words.ts';

it.each([
  [percentText(0.0102), '1.02 %'],
  [percentText(0.00049), '0.049 %'],
  [percentText(0), '0 %'],
  [percentText(0.5), '50 %'],
  [percentText(null), 'unknown'],
  [secondsText(0.2104), '210 ms'],
  [secondsText(2.5), '2.5 s'],
  [secondsText(null), 'beyond the last bucket'],
  [timesText(2.13), '2.1 times'],
  [timesText(1.08), '1.08 times'],
  [timesText(20.4), '20 times'],
  [timesText(1), '1 times'],
  [countText(140.7), '140'],
  [countText(1234567), '1,234,567'],
  [countText(3e40), '10^40'],
  [durationText(42), '42 s'],
  [durationText(360), '6 minutes'],
  [durationText(7300), '2 hours'],
])('writes a number as people read it: %s', (text, wanted) => {
  expect(text).toBe(wanted);
});
