/** What is wrong with the strategy of a plan document, beyond its shape. */
import type { PlanError } from './plan.ts';
import type { PlanDocument } from './plan-schema.ts';
import type { Plan, Wave } from './types.ts';

type Spec = PlanDocument['spec'];

/** Each problem with the field and what to write instead. */
export const checkStrategy = (spec: Spec): PlanError[] => [
  ...STRATEGY_RULES[spec.strategy](spec),
  ...checkWaves(spec.waves ?? []),
  ...checkNames(spec),
];

/** The waves of a plan, each once, in their order. */
export const wavesOf = (plan: Plan): Wave[] => {
  const waves = plan.stages.flatMap(({ wave }) => (wave === null ? [] : [wave]));
  return waves.filter((wave, index) => waves.findIndex(({ name }) => name === wave.name) === index);
};

/** Clusters that a plan names and that do not exist, and clusters that no wave names: neither is ever ignored. */
export const checkPlanClusters = (
  waves: readonly { name: string; clusters: readonly string[] }[],
  known: readonly string[],
): PlanError[] => {
  const named = new Set(waves.flatMap(({ clusters }) => clusters));
  const invented = waves.flatMap(({ clusters }, wave) =>
    clusters.flatMap((cluster, index) =>
      known.includes(cluster)
        ? []
        : [
            {
              path: `spec.waves[${wave}].clusters[${index}]`,
              message: `there is no cluster "${cluster}" here; known are ${known.join(', ') || 'none'}`,
            },
          ],
    ),
  );
  const left = waves.length === 0 ? [] : known.filter((cluster) => !named.has(cluster));
  return [
    ...invented,
    ...left.map((cluster) => ({
      path: 'spec.waves',
      message: `the cluster "${cluster}" is in no wave, so it would never get the new version; add it to one`,
    })),
  ];
};

const STRATEGY_RULES: Record<Spec['strategy'], (spec: Spec) => PlanError[]> = {
  canary: ({ stages, blueGreen }) => [
    ...(stages ? [] : [{ path: 'spec.stages', message: 'a canary needs at least one stage' }]),
    ...(blueGreen
      ? [{ path: 'spec.blueGreen', message: 'belongs to the strategy blue-green; remove it' }]
      : []),
  ],
  'blue-green': ({ stages, blueGreen }) => [
    ...(stages
      ? [
          {
            path: 'spec.stages',
            message: 'blue-green has two steps of its own, prepare and switch; write spec.blueGreen instead',
          },
        ]
      : []),
    ...(blueGreen && !blueGreen.checks && blueGreen.gate === 'check' && blueGreen.parity === 'off'
      ? [
          {
            path: 'spec.blueGreen.checks',
            message:
              'with parity off the gate "check" needs checks, or the idle side would be switched to unproven',
          },
        ]
      : []),
  ],
  subset: ({ stages, waves, blueGreen }) => [
    ...(waves && waves.length > 1
      ? []
      : [
          {
            path: 'spec.waves',
            message: 'a subset needs at least two waves: the first clusters, then the rest',
          },
        ]),
    ...(stages && (stages.length > 1 || stages[0]?.share !== 100)
      ? [
          {
            path: 'spec.stages',
            message: 'a subset moves whole clusters: use one stage with share 100, or none',
          },
        ]
      : []),
    ...(blueGreen
      ? [{ path: 'spec.blueGreen', message: 'belongs to the strategy blue-green; remove it' }]
      : []),
  ],
};

const checkWaves = (waves: NonNullable<Spec['waves']>): PlanError[] => {
  const all = waves.flatMap(({ clusters }, wave) =>
    clusters.map((cluster, index) => ({ cluster, wave, index })),
  );
  const twice = all.filter(
    ({ cluster }, place) => all.findIndex((other) => other.cluster === cluster) !== place,
  );
  const short = waves.flatMap((wave, index) =>
    wave.gate === 'bake' && wave.soak === 0 && index < waves.length - 1
      ? [{ path: `spec.waves[${index}].soak`, message: 'a bake gate needs a soak time, such as soak: 5m' }]
      : [],
  );
  return [
    ...twice.map(({ cluster, wave, index }) => ({
      path: `spec.waves[${wave}].clusters[${index}]`,
      message: `"${cluster}" is in two waves; name it once`,
    })),
    ...short,
  ];
};

const checkNames = (spec: Spec): PlanError[] => {
  const lists: [string, { name: string }[]][] = [
    ['spec.waves', spec.waves ?? []],
    ['spec.blueGreen.checks', spec.blueGreen?.checks ?? []],
    ...(spec.stages ?? []).map((stage, index): [string, { name: string }[]] => [
      `spec.stages[${index}].checks`,
      stage.checks ?? [],
    ]),
  ];
  const doubles = lists.flatMap(([path, items]) =>
    items.flatMap(({ name }, index) =>
      items.findIndex((other) => other.name === name) === index
        ? []
        : [{ path: `${path}[${index}].name`, message: `"${name}" is used twice; give each its own name` }],
    ),
  );
  const unchecked = (spec.stages ?? []).flatMap((stage, index) =>
    stage.gate === 'check' && !stage.checks && (stage.parity ?? 'off') !== 'required'
      ? [{ path: `spec.stages[${index}].checks`, message: 'a check gate needs checks, or parity: required' }]
      : [],
  );
  return [...doubles, ...unchecked];
};
