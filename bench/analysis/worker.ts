/** A worker of the bench: judges the canaries it is sent, one message each way a batch. */
import process from 'node:process';
import { judgeCanary, type Outcome } from './judge-canary.ts';
import { SCENARIOS } from './scenarios.ts';

export type Batch = { scenario: string; seeds: number[] };
export type Judged = { batch: Batch; outcomes: Outcome[] };

process.on('message', (batch: Batch) => {
  const scenario = SCENARIOS.find(({ name }) => name === batch.scenario);
  if (!scenario) throw new Error(`there is no scenario ${batch.scenario}`);
  const outcomes = batch.seeds.map((seed) => judgeCanary(scenario, seed));
  process.send?.({ batch, outcomes } satisfies Judged);
});
