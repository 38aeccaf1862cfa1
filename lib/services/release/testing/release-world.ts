/** A world in which releases are started by name and agents answer when the test says so. */
import { randomUUID } from 'node:crypto';
import { closeSession, openSession } from '../../../data/agent-sessions.ts';
import { listEvents } from '../../../data/release-events.ts';
import { type LoadedRelease, loadRelease } from '../../../data/releases.ts';
import { createWorld, PLAN_DOCUMENT } from '../../../data/testing/fixtures.ts';
import type { TestDatabase } from '../../../data/testing/test-database.ts';
import { contextOf, NOW } from '../../testing/contexts.ts';
import { startRelease } from '../start.ts';
import { recordTargetReport, type TargetReport } from '../target-report.ts';

export type WorldOptions = {
  /** Replaces keys of the plan's `spec`. */
  spec?: Record<string, unknown>;
  approvals?: number;
  undoSeconds?: number;
  /** What the agent says it can do. */
  capabilities?: string[];
};

/** One service with 1.0.0 in charge and 1.1.0 registered, and its agent in contact. `name` keeps worlds apart. */
export const createReleaseWorld = async (
  database: TestDatabase,
  name: string,
  options: WorldOptions = {},
) => {
  const { prisma, pool } = database;
  const world = await createWorld(database, name);
  const { targetId, agentId, baselineVersionId, environmentId } = world;
  await prisma.targetState.create({ data: { targetId, baselineVersionId } });
  await prisma.environment.update({
    where: { id: environmentId },
    data: { undoSeconds: options.undoSeconds ?? 0, protection: { approvals: options.approvals ?? 0 } },
  });
  if (options.spec) await addRevision(database, world.planRevisionId, options.spec);
  const names = { service: name, environment: `${name}-prod`, version: '1.1.0', plan: `${name}-canary` };
  const agent = contactOf(database, agentId, options.capabilities ?? []);
  await agent.connect();

  const load = async (id: string): Promise<LoadedRelease> => {
    const release = await loadRelease(pool, id);
    if (!release) throw new Error(`there is no release ${id}`);
    return release;
  };
  const report = async (id: string, says: Pick<TargetReport, 'outcome' | 'reason'>, now: number) => {
    const generation = (await load(id)).state.targets[0]?.generation ?? 0;
    const about = { agentId, cluster: `${name}-eu`, targetId, generation, seenBasisPoints: null };
    return recordTargetReport(database, { ...about, ...says }, now);
  };
  return {
    ...world,
    names,
    agent,
    load,
    start: (change: Record<string, unknown> = {}, now = NOW) =>
      startRelease({ ...contextOf(database, 'operator'), now: () => now }, { ...names, ...change }),
    /** The agent says that it carried out the newest wish. */
    apply: (id: string, now = NOW) => report(id, { outcome: 'applied', reason: null }, now),
    /** The agent says that the newest wish cannot be carried out. */
    fail: (id: string, reason: string) => report(id, { outcome: 'failed', reason }, NOW),
    events: (id: string) => listEvents(pool, id, 0, 1_000),
  };
};
export type ReleaseWorld = Awaited<ReturnType<typeof createReleaseWorld>>;

const addRevision = async ({ prisma }: TestDatabase, first: string, spec: Record<string, unknown>) => {
  const { planId } = await prisma.planRevision.findUniqueOrThrow({ where: { id: first } });
  const document = JSON.parse(JSON.stringify({ ...PLAN_DOCUMENT, spec: { ...PLAN_DOCUMENT.spec, ...spec } }));
  await prisma.planRevision.create({
    data: { planId, revision: 2, digest: 'sha256:two', document, source: '', createdBy: 'Ada' },
  });
};

const contactOf = ({ pool }: TestDatabase, agentId: string, capabilities: string[]) => {
  const session = { agentId, instanceId: randomUUID(), bootId: randomUUID(), replica: randomUUID() };
  let epoch = 0;
  return {
    connect: async () => {
      const opening = { ...session, version: '1.0.0', capabilities, address: null };
      epoch = (await openSession(pool, opening))?.epoch ?? 0;
    },
    disconnect: () => closeSession(pool, agentId, epoch),
  };
};
