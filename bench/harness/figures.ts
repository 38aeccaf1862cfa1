import { cpus } from 'node:os';

export type Figures = { n: number; p50: number; p95: number; p99: number; max: number };

/** Quantiles by the nearest-rank method. */
export const figuresOf = (values: readonly number[]): Figures => {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part: number) =>
    sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
  return { n: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: sorted.at(-1) ?? Number.NaN };
};

export const figuresText = (name: string, { n, p50, p95, p99, max }: Figures): string =>
  `${name.padEnd(34)} n ${String(n).padStart(4)}   p50 ${ms(p50)}   p95 ${ms(p95)}   p99 ${ms(p99)}   max ${ms(max)}`;

/** What a reader needs to judge a figure. */
export const machineText = (): string =>
  `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), Node ${process.version}, everything on this machine, loopback without TLS`;

const ms = (value: number): string => `${value.toFixed(1).padStart(7)} ms`;
