import { z } from 'zod';

const share = z.number().nullable();

/** The parts of a release the command line reads; everything else passes through to `--json`. */
export const releaseSchema = z.looseObject({
  id: z.string(),
  service: z.string(),
  environment: z.string(),
  version: z.string(),
  baselineVersion: z.string().nullable(),
  state: z.string(),
  outcome: z.string().nullable(),
  stateVersion: z.number(),
  stage: z.looseObject({ index: z.number(), name: z.string(), share: z.number() }).nullable(),
  targets: z
    .array(
      z.looseObject({
        cluster: z.string(),
        share: z.looseObject({ wanted: z.number(), seen: share, confirmed: z.string() }),
        agent: z.looseObject({ connected: z.boolean() }),
        problem: z.string().nullable().optional(),
      }),
    )
    .default([]),
  verdict: z.looseObject({ decision: z.string(), sentence: z.string() }).nullable().default(null),
  actions: z
    .record(
      z.string(),
      z.looseObject({ allowed: z.boolean(), effect: z.string().optional(), text: z.string().optional() }),
    )
    .default({}),
});
export type Release = z.infer<typeof releaseSchema>;

export const releaseRowsSchema = z.looseObject({
  items: z.array(
    z.looseObject({
      id: z.string(),
      service: z.string(),
      environment: z.string(),
      version: z.string(),
      state: z.string(),
      outcome: z.string().nullable(),
    }),
  ),
  next: z.string().nullable(),
});

/** One line that changes whenever something worth telling has: state, stage, shares, verdict. */
export function statusLine(release: Release): string {
  const state = release.outcome ?? release.state;
  const stage = release.stage === null ? '' : `  ${release.stage.name} ${release.stage.share} %`;
  const shares = release.targets.map(
    ({ cluster, share: { wanted, seen } }) => `${cluster} ${wanted} % (seen ${percent(seen)})`,
  );
  const verdict =
    release.verdict === null ? '' : `  ${release.verdict.decision}: ${release.verdict.sentence}`;
  return `${state}${stage}${shares.length > 0 ? `  ${shares.join(', ')}` : ''}${verdict}`;
}

/** A release as a few lines of text. */
export function describeRelease(release: Release): string {
  const from = release.baselineVersion === null ? '' : ` (from ${release.baselineVersion})`;
  const lines = [
    `${release.service} ${release.version}${from} in ${release.environment}: ${release.outcome ?? release.state}`,
    `id ${release.id}, state version ${release.stateVersion}`,
  ];
  if (release.stage !== null) lines.push(`stage ${release.stage.name}, ${release.stage.share} %`);
  for (const { cluster, share: part, agent, problem } of release.targets) {
    const contact = agent.connected ? '' : ', agent not connected';
    lines.push(
      `${cluster}: wanted ${part.wanted} %, seen ${percent(part.seen)}, confirmed ${part.confirmed}${contact}`,
    );
    if (problem) lines.push(`  ${problem}`);
  }
  if (release.verdict !== null)
    lines.push(`verdict ${release.verdict.decision}: ${release.verdict.sentence}`);
  const allowed = Object.entries(release.actions).filter(([, answer]) => answer.allowed);
  if (allowed.length > 0) {
    lines.push(
      `you may: ${allowed.map(([name, { effect }]) => (effect ? `${name} (${effect})` : name)).join(', ')}`,
    );
  }
  return lines.join('\n');
}

function percent(value: number | null): string {
  return value === null ? 'unknown' : `${value} %`;
}
