import type { Command } from 'commander';
import { textOf } from '../log.ts';
import { listTraceFiles, readTrace } from './analyze-files.ts';
import { policyFor, readPolicy } from './analyze-policy.ts';
import { analyzeRelease } from './analyze-release.ts';
import { rowText, TABLE_HEAD, toRow } from './analyze-rows.ts';
import { type ConnectionOptions, withConnection } from './connection.ts';
import { EXIT, UsageError } from './exit.ts';

type AnalyzeOptions = ConnectionOptions & { release?: string; policy?: string; warmup?: string };

/**
 * `slipway analyze FILE-OR-DIR`: judges stored traces with the code that judges live; needs no server.
 * `slipway analyze --release ID` asks the server to judge a release again.
 */
export function registerAnalyze(program: Command): void {
  withConnection(program.command('analyze [file-or-dir]'))
    .description(
      'judge stored traces (.jsonl, .jsonl.gz, or a directory of them) or a release as they would be judged live',
    )
    .option('--release <id>', 'judge this release of the server again, under --policy if it is given')
    .option('--policy <file>', 'a plan, or its analysis block alone, as YAML or JSON')
    .option('--warmup <seconds>', "seconds after the canary's start that count as warm-up")
    .addHelpText('after', HELP)
    .action(async (path: string | undefined, options: AnalyzeOptions) => {
      if ((path === undefined) === (options.release === undefined))
        throw new UsageError('analyze: give a file or directory of traces, or --release with an id');
      process.exitCode = path === undefined ? await judgeRelease(options) : await analyze(path, options);
    });
}

const HELP = `
Without --policy: alpha 0.01, and every metric that the file holds (errors, latency, conversions).
Without --policy and --warmup nothing counts as warm-up: a stored trace does not say how old its canary was.
Bucket edges come from bucket_upper_edges_ms of a manifest.json beside the file; without one they are
those of the trace format, 10 ms to 2.5 s.`;

async function judgeRelease(options: AnalyzeOptions): Promise<number> {
  if (options.warmup !== undefined)
    throw new UsageError('--warmup: a release knows its start; write warmup into the file of --policy');
  const { load } = await import('js-yaml');
  await analyzeRelease(options.release ?? '', options, load);
  return EXIT.done;
}

async function analyze(path: string, options: AnalyzeOptions): Promise<number> {
  const [{ load }, { analyzeTrace, parsePlan }] = await Promise.all([
    import('js-yaml'),
    import('../domain.ts'),
  ]);
  const given = options.policy === undefined ? null : readPolicy(options.policy, load, parsePlan);
  const warmupSeconds = options.warmup === undefined ? null : parseSeconds(options.warmup);
  let code: number = EXIT.done;
  const files = listTraceFiles(path);
  if (!options.json) console.log(TABLE_HEAD);
  for (const file of files) {
    try {
      const trace = readTrace(file);
      const { policy, metrics } = policyFor(trace, given, warmupSeconds);
      const row = toRow(file, analyzeTrace(trace.intervals, policy, metrics));
      console.log(options.json ? JSON.stringify(row) : rowText(row));
    } catch (error) {
      code = EXIT.refused;
      if (options.json) console.log(JSON.stringify({ file, error: textOf(error) }));
      else console.error(`${file}: ${textOf(error)}`);
    }
  }
  return code;
}

function parseSeconds(text: string): number {
  const seconds = Number(text.replace(/s$/, ''));
  if (text !== '' && Number.isFinite(seconds) && seconds >= 0) return seconds;
  throw new UsageError(`--warmup: "${text}" is not a number of seconds, write for example 90`);
}
