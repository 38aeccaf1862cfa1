import { Agent } from './agent.ts';
import { enrol } from './enrol.ts';
import { type EnrolledIdentity, type Identity, loadIdentity } from './identity.ts';
import { createLog, type Log } from './log.ts';
import { realParts } from './real-parts.ts';
import type { Settings } from './settings.ts';
import { TIMING } from './timing.ts';

/** Enrols when needed and runs the agent until SIGINT or SIGTERM. Throws when it cannot start. */
export async function runAgent(settings: Settings, version: string): Promise<void> {
  const log = createLog(settings.logLevel);
  const identity = await identityFor(settings, log);
  const { server, stateDir, allow } = settings;
  if (allow === 'local') {
    log.info(
      'no allow list given: loopback addresses and Unix sockets of this host only, no commands, no files',
    );
  }
  const agent = await Agent.start({
    server,
    stateDir,
    identity,
    allow,
    parts: realParts,
    version,
    timing: TIMING,
    log,
  });
  log.info('agent runs', { agentId: identity.enrolled.agentId, cluster: identity.enrolled.cluster, server });
  const signal = await stopSignal();
  log.info('stopping, the traffic stays as it is', { signal });
  await agent.stop();
}

async function identityFor(settings: Settings, log: Log): Promise<EnrolledIdentity> {
  const { server, cluster, token, stateDir } = settings;
  const identity = loadIdentity(stateDir);
  if (isEnrolled(identity)) {
    const own = identity.enrolled.cluster;
    if (own === cluster) return identity;
    throw new Error(
      `the state directory ${stateDir} belongs to cluster ${own}, not ${cluster}: give this agent its own --state`,
    );
  }
  if (token === null) {
    throw new Error(
      `this agent is not enrolled yet: give --token, printed once by "connect a cluster" on the Agents page or by POST /api/v1/clusters/${cluster}/enrolments`,
    );
  }
  const enrolled = await enrol(identity, { server, cluster, token, stateDir });
  log.info('enrolled', { agentId: enrolled.enrolled.agentId, cluster });
  return enrolled;
}

function isEnrolled(identity: Identity): identity is EnrolledIdentity {
  return identity.enrolled !== null;
}

function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(signal));
  });
}
