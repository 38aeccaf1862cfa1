import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { type Interval, parseTraceLine, traceEdgesDefault } from '../domain.ts';
import { textOf } from '../log.ts';
import { UsageError } from './exit.ts';

export type Trace = { intervals: Interval[]; hasLatency: boolean; hasConversions: boolean };

/** The file itself, or every `.jsonl` and `.jsonl.gz` in a directory, by name. */
export function listTraceFiles(path: string): string[] {
  if (!existsSync(path)) throw new UsageError(`${path}: no such file or directory`);
  if (!statSync(path).isDirectory()) return [path];
  const names = readdirSync(path).filter((name) => /\.jsonl(\.gz)?$/.test(name));
  if (names.length === 0) throw new UsageError(`${path}: holds no .jsonl or .jsonl.gz file`);
  return names.sort().map((name) => join(path, name));
}

/** Reads a trace. Throws naming the line and the field of the first line that is not one. */
export function readTrace(file: string): Trace {
  const format = { target: 'trace', latencyEdges: readEdges(dirname(file)) };
  const intervals: Interval[] = [];
  for (const [i, line] of readLines(file).entries()) {
    if (line.trim() !== '') intervals.push(parseTraceLine(line, i + 1, format));
  }
  if (intervals.length === 0) throw new Error('holds no line');
  const arms = intervals.flatMap(({ canary, baseline }) => [canary, baseline]);
  return {
    intervals,
    hasLatency: arms.some((arm) => arm?.latency !== undefined),
    hasConversions: arms.some((arm) => arm?.counts?.conversions !== undefined),
  };
}

/** Told by their first bytes, not by the name. */
function readLines(file: string): string[] {
  const bytes = readFileSync(file);
  const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return (zipped ? gunzipSync(bytes) : bytes).toString('utf8').split('\n');
}

const manifestSchema = z.object({ bucket_upper_edges_ms: z.array(z.number().positive()).min(1) });

/** Seconds; without a manifest those of the trace format. */
function readEdges(directory: string): number[] {
  const file = join(directory, 'manifest.json');
  if (!existsSync(file)) return traceEdgesDefault;
  try {
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    return manifest.bucket_upper_edges_ms.map((edge) => edge / 1000);
  } catch (error) {
    throw new Error(`${file}: bucket_upper_edges_ms: ${textOf(error)}`);
  }
}
