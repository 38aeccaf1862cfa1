import { randomUUID } from 'node:crypto';
import type { Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import { AGENT_SOCKET_PATH } from '../../agent/src/protocol.ts';
import { readQuestion } from '../data/agent-answers.ts';
import { closeSession, touchSessions } from '../data/agent-sessions.ts';
import { findAgent, targetsOfCluster } from '../data/agents.ts';
import type { Database } from '../data/database.ts';
import type { Notice } from '../data/notify.ts';
import { tickLease } from '../data/plane.ts';
import { logger } from '../log.ts';
import { agentsConnected } from '../telemetry.ts';
import { AgentHub, type Connection } from './agent-hub.ts';
import { type AgentEvents, hearAgent } from './agent-messages.ts';
import { startDelivery } from './deliver.ts';
import { handshake, LEASE_SECONDS } from './handshake.ts';
import { startIngest } from './ingest.ts';
import { Unproven } from './unproven.ts';

const BEAT_MS = 5_000;
const UNPROVEN_MS = 5_000;
/** Agents are asked to come back spread over this, or over as long as 500 of them a second take. */
const DRAIN_MS_MIN = 2_000;
const DRAIN_MS_PER_AGENT = 2;
const log = logger('gateway');

export type AgentGateway = {
  hear: (notice: Notice) => Promise<void>;
  /** What was missed while nobody listened. */
  catchUp: () => Promise<void>;
  stop: () => Promise<void>;
};

export type AgentGatewayOptions = {
  http: HttpServer;
  db: Database;
  publicOrigin: string | null;
  events: Pick<AgentEvents, 'targetsSeen'> & {
    samplesStored: (targetIds: readonly string[]) => void;
    agentsChanged: () => void;
  };
};

/** The socket server for agents: WebSocket only, no cookies, no browsers. */
export const startAgentGateway = ({ http, db, publicOrigin, events }: AgentGatewayOptions): AgentGateway => {
  const replica = randomUUID();
  const hub = new AgentHub();
  const delivery = startDelivery(db, hub);
  const ingest = startIngest(db, events.samplesStored);
  const unproven = new Unproven(UNPROVEN_MS);
  const io = new Server({
    path: AGENT_SOCKET_PATH,
    transports: ['websocket'],
    serveClient: false,
    perMessageDeflate: false,
    allowEIO3: false,
    pingInterval: 5_000,
    pingTimeout: 5_000,
    maxHttpBufferSize: 65_536,
    allowRequest: (request, done) => {
      const foreign = request.headers.origin !== undefined || request.headers.cookie !== undefined;
      const crowded = !unproven.admits(request.socket.remoteAddress ?? '');
      done(null, !foreign && !crowded);
    },
  });
  // Attached by hand: the dispatcher of the server decides which upgrades get here.
  io.attach(http, { destroyUpgrade: false });

  // Counted where the WebSocket opens, since one that never speaks the protocol gets no further.
  io.engine.on('connection', (wire: Socket['conn']) => unproven.enter(wire));

  io.on('connection', (socket) => {
    handshake(socket, {
      db,
      replica,
      originOf: () => publicOrigin ?? `http://${socket.handshake.headers.host ?? ''}`,
      onProven: (connection) => {
        unproven.proven(socket.conn);
        accept(connection);
      },
    });
  });

  const accept = (connection: Connection): void => {
    if (!hub.add(connection)) return;
    agentsConnected.set(hub.ids().length);
    hearAgent(db, ingest, connection, {
      ...events,
      deliver: () => contain(delivery.run([...connection.targets])),
    });
    log.info(
      { agent: connection.agentId, cluster: connection.cluster, epoch: connection.epoch },
      'an agent connected',
    );
    connection.socket.on('disconnect', (reason) => {
      hub.remove(connection);
      agentsConnected.set(hub.ids().length);
      log.info({ agent: connection.agentId, cluster: connection.cluster, reason }, 'an agent disconnected');
      contain(closeSession(db.pool, connection.agentId, connection.epoch));
    });
    events.agentsChanged();
  };

  const beat = async (): Promise<void> => {
    const { leaseTick } = await tickLease(db.pool);
    const mine = hub.all();
    for (const connection of mine) hub.send(connection, 'lease', { leaseTick, leaseSeconds: LEASE_SECONDS });
    await renewSessions(mine);
  };
  const beats = setInterval(() => contain(beat()), BEAT_MS);

  const renewSessions = async (held: readonly Connection[]): Promise<void> => {
    const lost = new Set(await touchSessions(db.pool, replica, held));
    // An agent may have come back meanwhile; only the session that was asked about is over.
    for (const connection of held.filter(({ agentId }) => lost.has(agentId))) {
      const agent = await findAgent(db.pool, connection.agentId);
      if (!agent || agent.revoked) hub.revoke(connection);
      else hub.supersede(connection);
    }
  };

  const renewTargets = async (clusterId: string): Promise<void> => {
    for (const connection of hub.all().filter((one) => one.clusterId === clusterId)) {
      const targets = await targetsOfCluster(db.pool, clusterId);
      connection.targets = new Set(targets.map(({ id }) => id));
      hub.send(connection, 'targets', { targets });
    }
  };

  const ask = async (id: string, agentId: string): Promise<void> => {
    const connection = hub.get(agentId);
    const question = connection && (await readQuestion(db.pool, id, agentId));
    if (connection && question) hub.send(connection, 'ask', question);
  };

  return {
    hear: async (notice) => {
      if (notice.kind === 'outbox') await delivery.run([notice.target]);
      else if (notice.kind === 'targets') await renewTargets(notice.cluster);
      else if (notice.kind === 'revoked') {
        const held = hub.get(notice.agent);
        if (held) hub.revoke(held);
      } else if (notice.kind === 'agent-request') await ask(notice.id, notice.agent);
      else if (notice.kind === 'agent') {
        events.agentsChanged();
        const held = hub.get(notice.id);
        // It may have proven itself to another process.
        if (held) await renewSessions([held]);
      }
    },
    catchUp: async () => {
      await delivery.run();
      for (const clusterId of new Set(hub.all().map((one) => one.clusterId))) await renewTargets(clusterId);
    },
    stop: async () => {
      clearInterval(beats);
      delivery.stop();
      const reconnectWithinMs = Math.max(DRAIN_MS_MIN, hub.ids().length * DRAIN_MS_PER_AGENT);
      for (const connection of hub.all()) hub.send(connection, 'drain', { reconnectWithinMs });
      await new Promise((resolve) => setTimeout(resolve, 50));
      await Promise.all(
        hub.all().map((one) => closeSession(db.pool, one.agentId, one.epoch).catch(() => false)),
      );
      io.disconnectSockets(true);
      io.engine.close();
      await ingest.stop();
    },
  };
};

const contain = (work: Promise<unknown>): void => {
  work.catch((error: unknown) =>
    log.warn({ err: error }, 'work for the agents failed; it is repeated by the next sweep'),
  );
};
