/** The smallest world a release can live in: one service, one environment, one cluster with an agent, one target. */
import { randomUUID } from 'node:crypto';
import type { Desired } from '../../../agent/src/protocol.ts';
import { decide } from '../../domain/release/decide.ts';
import type { Actor, ReleaseEvent, ReleaseState } from '../../domain/release/types.ts';
import { type Database, withTransaction } from '../database.ts';
import { planOf } from '../release-record.ts';
import { insertRelease, type NewRelease, type Wish } from '../releases.ts';

export const PERSON: Actor = { kind: 'person', id: 'p-1', name: 'Ada', role: 'operator' };
export const AT = Date.UTC(2026, 10, 23, 12);

export const PLAN_DOCUMENT = {
  apiVersion: 'slipway/v1',
  kind: 'Plan',
  metadata: { name: 'shop-canary' },
  spec: {
    strategy: 'canary',
    stages: [
      { name: 'first', share: 5, gate: 'manual' },
      { name: 'all', share: 100, gate: 'manual' },
    ],
  },
};

export type World = {
  serviceId: string;
  environmentId: string;
  clusterId: string;
  agentId: string;
  targetId: string;
  versionId: string;
  baselineVersionId: string;
  planRevisionId: string;
};

/** `name` keeps several worlds in one database apart. */
export const createWorld = async ({ prisma }: Database, name = 'shop'): Promise<World> => {
  const service = await prisma.service.create({
    data: { slug: name, name, metrics: [{ name: 'errors', kind: 'errors' }] },
  });
  const environment = await prisma.environment.create({
    data: { slug: `${name}-prod`, name: 'Production', tier: 'production', rank: 30 },
  });
  const cluster = await prisma.cluster.create({
    data: { slug: `${name}-eu`, name: 'EU', environmentId: environment.id },
  });
  const agent = await prisma.agent.create({
    data: { clusterId: cluster.id, instanceId: randomUUID(), publicKey: 'key' },
  });
  const target = await prisma.target.create({
    data: {
      serviceId: service.id,
      clusterId: cluster.id,
      router: { driver: 'embedded' },
      source: { driver: 'scrape' },
      workload: { driver: 'none' },
    },
  });
  const [baseline, version] = await Promise.all(
    ['1.0.0', '1.1.0'].map((version) =>
      prisma.artifactVersion.create({
        data: { serviceId: service.id, name: version, digest: `sha256:${version}`, registeredBy: 'ci' },
      }),
    ),
  );
  const plan = await prisma.plan.create({
    data: {
      slug: `${name}-canary`,
      revisions: {
        create: { revision: 1, digest: 'sha256:plan', document: PLAN_DOCUMENT, source: '', createdBy: 'Ada' },
      },
    },
    include: { revisions: true },
  });
  return {
    serviceId: service.id,
    environmentId: environment.id,
    clusterId: cluster.id,
    agentId: agent.id,
    targetId: target.id,
    versionId: version?.id ?? '',
    baselineVersionId: baseline?.id ?? '',
    planRevisionId: plan.revisions[0]?.id ?? '',
  };
};

export const PLAN = planOf(randomUUID(), PLAN_DOCUMENT);

/** What `decide` says to a start in this world. */
export const createdRelease = (world: World): { event: ReleaseEvent; state: ReleaseState } => {
  const event: ReleaseEvent = {
    type: 'created',
    actor: PERSON,
    targets: [{ id: world.targetId, cluster: 'eu', generation: 0, connected: true, managed: false }],
    approvalsNeeded: 1,
    undoSeconds: 0,
    reason: 'try it',
  };
  const decided = decide(null, event, PLAN, AT);
  if ('refused' in decided) throw new Error(decided.refused.text);
  return { event, state: decided.state };
};

export const newRelease = (world: World, change: Partial<NewRelease> = {}): NewRelease => ({
  serviceId: world.serviceId,
  environmentId: world.environmentId,
  versionId: world.versionId,
  baselineVersionId: world.baselineVersionId,
  planRevisionId: world.planRevisionId,
  retryOf: null,
  reason: 'try it',
  startedBy: PERSON,
  targetIds: [world.targetId],
  dueAt: null,
  ...createdRelease(world),
  desiredOf: () => [],
  ledger: { action: 'release.start', reason: 'try it', requestId: null },
  at: AT,
  ...change,
});

export const startRelease = (
  database: Database,
  world: World,
  change?: Partial<NewRelease>,
): Promise<string> =>
  withTransaction(database.pool, (client) => insertRelease(client, newRelease(world, change)));

export const wish = (world: World, generation: number, basisPoints = 500): Wish => {
  const desired: Desired = {
    v: 1,
    target: world.targetId,
    generation,
    release: null,
    stage: null,
    intent: 'advance',
    basisPoints,
    baseline: null,
    canary: null,
    contactLoss: { afterSeconds: 120, then: 'hold', neverAfterSeconds: null },
    critical: [],
    proof: null,
    drainSeconds: 0,
  };
  return { targetId: world.targetId, generation, desired };
};
