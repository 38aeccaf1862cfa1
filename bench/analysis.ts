/**
 * `npm run bench:analysis -- [--seed N] [--canaries N] [--only a,b] [--markdown FILE]`: half an hour of traffic of each
 * scenario, hundreds of times, judged by our analysis and by the rules of other tools at once. Fresh seeds unless one
 * is given; the same seed repeats a run.
 */

import { fork } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Outcome } from './analysis/judge-canary.ts';
import { SCENARIOS } from './analysis/scenarios.ts';
import { type Line, summarize } from './analysis/summary.ts';
import { lineText, markdownOf } from './analysis/table.ts';
import type { Batch, Judged } from './analysis/worker.ts';

const CANARIES_HEALTHY = 500;
const CANARIES_REGRESSION = 300;
const BATCH = 10;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    canaries: { type: 'string' },
    only: { type: 'string' },
    markdown: { type: 'string' },
  },
});
const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
const only = values.only?.split(',');
const chosen = SCENARIOS.filter(({ name }) => only === undefined || only.includes(name));
if (chosen.length === 0 || !Number.isInteger(seed)) {
  console.error(
    `--only takes names of ${SCENARIOS.map(({ name }) => name).join(', ')}; --seed a whole number`,
  );
  process.exit(2);
}

const waiting: Batch[] = chosen.flatMap(({ name, kind }, place) => {
  const wanted = kind === 'regression' ? CANARIES_REGRESSION : CANARIES_HEALTHY;
  const count = Number(values.canaries ?? wanted);
  const seeds = Array.from({ length: count }, (_, index) => (seed + place * 1_000_003 + index * 7_919) | 0);
  return Array.from({ length: Math.ceil(count / BATCH) }, (_, batch) => ({
    scenario: name,
    seeds: seeds.slice(batch * BATCH, (batch + 1) * BATCH),
  }));
});

const outcomes = new Map<string, Outcome[]>();
const left = new Map<string, number>();
for (const { scenario } of waiting) left.set(scenario, (left.get(scenario) ?? 0) + 1);
const lines = new Map<string, Line>();
const begun = Date.now();
console.log(
  `seed ${seed}, alpha .01, ${waiting.length * BATCH} canaries at most, on ${availableParallelism()} cores`,
);

const take = ({ batch, outcomes: judged }: Judged): void => {
  const all = [...(outcomes.get(batch.scenario) ?? []), ...judged];
  outcomes.set(batch.scenario, all);
  const rest = (left.get(batch.scenario) ?? 0) - 1;
  left.set(batch.scenario, rest);
  const scenario = SCENARIOS.find(({ name }) => name === batch.scenario);
  if (rest > 0 || !scenario) return;
  const line = summarize(scenario, all);
  lines.set(scenario.name, line);
  outcomes.delete(scenario.name);
  console.log(lineText(line));
};

/** Processes, since threads do not inherit the loader that reads TypeScript. */
const work = (): Promise<void> =>
  new Promise((resolve, reject) => {
    const worker = fork(fileURLToPath(new URL('./analysis/worker.ts', import.meta.url)), {
      execArgv: ['--import', 'tsx'],
    });
    const next = (): void => {
      const batch = waiting.shift();
      if (batch) worker.send(batch);
      else worker.disconnect();
    };
    worker.on('message', (judged: Judged) => {
      take(judged);
      next();
    });
    worker.on('error', reject);
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`))));
    next();
  });

await Promise.all(Array.from({ length: availableParallelism() }, work));
const minutes = (Date.now() - begun) / 60_000;
const ordered = chosen.flatMap(({ name }) => lines.get(name) ?? []);
const missed = ordered.filter(({ grade }) => grade === 'missed').map(({ scenario }) => scenario.name);
console.log(`${minutes.toFixed(1)} min; missed: ${missed.join(', ') || 'none'}`);
if (values.markdown) writeFileSync(values.markdown, markdownOf(ordered, { seed, minutes }));
