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

/** A value in the unit of its metric: bytes in their usual multiples, else three digits and the unit's name. */
export function valueText(value: number | null, unit?: string): string {
  if (value === null) return 'unknown';
  if (unit === 'bytes') return bytesText(value);
  const whole =
    Math.abs(value) >= 1000 ? countText(Math.abs(value)) : String(Number(Math.abs(value).toPrecision(3)));
  const text = value < 0 ? `-${whole}` : whole;
  return unit === undefined ? text : `${text} ${unit}`;
}

function bytesText(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  const step = Math.min(
    units.length - 1,
    Math.max(0, Math.floor(Math.log2(Math.max(1, Math.abs(bytes))) / 10)),
  );
  return `${Number((bytes / 1024 ** step).toPrecision(3))} ${units[step] ?? 'bytes'}`;
}
