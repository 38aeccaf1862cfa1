/** From the stages, waves and sides of a plan document to the steps that the engine goes through. */
import type { PlanDocument } from './plan-schema.ts';
import type { Check, Stage } from './types.ts';

type Spec = PlanDocument['spec'];
type StageDocument = NonNullable<Spec['stages']>[number];
type CheckDocument = NonNullable<StageDocument['checks']>[number];

/** All traffic, in basis points. */
export const FULL = 10_000;

/** The steps in their order. A last stage of 100 % is added when it is missing; each stage runs over the waves. */
export const toSteps = (spec: Spec): Stage[] => {
  if (spec.strategy === 'blue-green') return blueGreenSteps(spec);
  const stages = spec.stages ?? [{ name: 'apply', share: 100, gate: 'evidence' as const }];
  const written = stages.map(toStep);
  return overWaves(
    written.at(-1)?.shareBasisPoints === FULL ? written : [...written, lastStep(written)],
    spec,
  );
};

const PLAIN = {
  gate: 'evidence',
  bakeSecondsMin: 0,
  bakeSecondsMax: null,
  watchSeconds: 0,
  wave: null,
  checks: [],
  parity: 'off',
  drainSeconds: 0,
  schema: null,
} as const satisfies Partial<Stage>;

const toStep = (stage: StageDocument): Stage => ({
  name: stage.name,
  shareBasisPoints: Math.round(stage.share * 100),
  gate: stage.gate,
  bakeSecondsMin: stage.bake?.min ?? 0,
  bakeSecondsMax: stage.bake?.max ?? null,
  watchSeconds: stage.watch ?? 0,
  wave: null,
  checks: (stage.checks ?? []).map(toCheck),
  parity: stage.parity ?? 'off',
  drainSeconds: 0,
  schema: stage.schema ?? null,
});

const lastStep = (written: readonly Stage[]): Stage => ({
  ...PLAIN,
  checks: [],
  name: written.some((stage) => stage.name === 'all') ? 'full' : 'all',
  shareBasisPoints: FULL,
});

const toCheck = (check: CheckDocument): Check => ({
  name: check.name,
  method: check.method,
  path: check.path,
  status: check.status,
  bodyIncludes: check.bodyIncludes ?? null,
  latencySecondsMax: check.latencyMax ?? null,
  repetitions: check.repetitions,
});

/** Between two waves of a stage stands the first one's gate and soak, after the last one the stage's own as well. */
const overWaves = (stages: readonly Stage[], { waves }: Spec): Stage[] => {
  if (!waves) return [...stages];
  return stages.flatMap((stage) =>
    waves.map((wave, index): Stage => {
      const here = { name: wave.name, clusters: wave.clusters };
      if (index === waves.length - 1)
        return { ...stage, wave: here, bakeSecondsMin: Math.max(stage.bakeSecondsMin, wave.soak) };
      return { ...stage, wave: here, gate: wave.gate, bakeSecondsMin: wave.soak, watchSeconds: 0 };
    }),
  );
};

/** The idle side is brought up with no traffic and proven; then everything moves at once and the old side stays warm. */
const blueGreenSteps = (spec: Spec): Stage[] => {
  const { blueGreen } = spec;
  const sides: Stage[] = [
    {
      ...PLAIN,
      name: 'prepare',
      shareBasisPoints: 0,
      gate: blueGreen?.gate ?? 'check',
      bakeSecondsMin: blueGreen?.soak ?? 0,
      checks: (blueGreen?.checks ?? []).map(toCheck),
      parity: blueGreen?.parity ?? 'required',
    },
  ];
  const change: Stage = {
    ...PLAIN,
    checks: [],
    name: 'switch',
    shareBasisPoints: FULL,
    drainSeconds: blueGreen?.drain ?? 30,
    watchSeconds: blueGreen?.warm ?? 900,
    schema: blueGreen?.schema ?? null,
  };
  return [...sides, ...overWaves([change], spec)];
};
