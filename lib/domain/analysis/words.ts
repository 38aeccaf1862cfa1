/** Numbers as sentences show them. Null reads "unknown": a missing number is never a zero. */

export function percentText(fraction: number | null): string {
  if (fraction === null) return 'unknown';
  const percent = fraction * 100;
  if (percent === 0) return '0 %';
  if (percent >= 10) return `${trimmed(percent.toFixed(1))} %`;
  return percent >= 0.1 ? `${percent.toFixed(2)} %` : `${Number(percent.toPrecision(2))} %`;
}

export function secondsText(seconds: number | null): string {
  if (seconds === null) return 'beyond the last bucket';
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${trimmed(seconds.toFixed(2))} s`;
}

export function timesText(ratio: number): string {
  if (ratio >= 10) return `${Math.round(ratio)} times`;
  return `${ratio >= 1.2 || ratio < 0.8 ? trimmed(ratio.toFixed(1)) : trimmed(ratio.toFixed(2))} times`;
}

/** A whole number with thin grouping; huge ones are rounded to a power of ten. */
export function countText(count: number): string {
  if (count >= 1e9) return `10^${Math.floor(Math.log10(count))}`;
  return String(Math.floor(count)).replace(/\B(?=(\d{3})+$)/g, ',');
}

export function durationText(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.ceil(seconds))} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 90) return `${minutes} minutes`;
  return `${trimmed((seconds / 3600).toFixed(1))} hours`;
}

function trimmed(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
