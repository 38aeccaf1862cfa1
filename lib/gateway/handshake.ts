import { createPublicKey, randomBytes, verify } from 'node:crypto';
import type { Socket } from 'socket.io';
import {
  type Messages,
  messages,
  PROTOCOL_VERSION,
  proofText,
  SAMPLE_DETAILS,
} from '../../agent/src/protocol.ts';
import { closeSession, openSession } from '../data/agent-sessions.ts';
import { findAgent, type StoredAgent, targetsOfCluster } from '../data/agents.ts';
import type { Database } from '../data/database.ts';
import { readPlane } from '../data/plane.ts';
import { logger } from '../log.ts';
import type { Connection } from './agent-hub.ts';
import { type Answer, on, refuseOthers } from './on.ts';

export const LEASE_SECONDS = 30;
const log = logger('gateway');

export type HandshakeOptions = {
  db: Database;
  replica: string;
  originOf: (socket: Socket) => string;
  onProven: (connection: Connection) => void;
};

/**
 * Challenge, proof, welcome. One proof is read. A wrong signature, an unknown and a revoked agent get the same answer.
 */
export const handshake = (socket: Socket, options: HandshakeOptions): void => {
  const nonce = randomBytes(32).toString('base64url');
  const origin = options.originOf(socket);
  refuseOthers(socket, 'agent');
  let tried = false;
  on(socket, 'prove', {
    kind: 'agent',
    schema: messages.prove,
    guard: () => (tried ? 'only one proof is read' : null),
    handle: async (proof): Promise<Answer> => {
      tried = true;
      const answer = await prove(socket, proof, { nonce, origin }, options);
      if (!answer.ok) setTimeout(() => socket.disconnect(true), 100).unref();
      return answer;
    },
  });
  const challenge: Messages['challenge'] = {
    nonce,
    protocol: { min: PROTOCOL_VERSION, max: PROTOCOL_VERSION },
    origin,
  };
  socket.emit('challenge', challenge);
};

const prove = async (
  socket: Socket,
  proof: Messages['prove'],
  asked: { nonce: string; origin: string },
  options: HandshakeOptions,
): Promise<Answer> => {
  const { db, replica } = options;
  if (proof.protocol.min > PROTOCOL_VERSION || proof.protocol.max < PROTOCOL_VERSION) {
    const reason = `the server speaks protocol ${PROTOCOL_VERSION}, the agent ${proof.protocol.min} to ${proof.protocol.max}; install the agent of the server's version`;
    log.warn({ agent: proof.agentId, reason }, 'refused an agent');
    return { ok: false, reason, counted: 'another protocol' };
  }
  const agent = await findAgent(db.pool, proof.agentId);
  if (!agent || agent.revoked || !isSigned(agent, proof, asked)) {
    log.warn(
      {
        agent: proof.agentId,
        address: socket.handshake.address,
        known: agent !== null,
        revoked: agent?.revoked,
      },
      'refused an agent',
    );
    return { ok: false, reason: 'unknown agent or wrong signature' };
  }
  const session = await openSession(db.pool, {
    agentId: agent.id,
    instanceId: proof.instanceId,
    bootId: proof.bootId,
    replica,
    version: proof.version,
    capabilities: proof.capabilities,
    address: socket.handshake.address,
  });
  if (!session) return { ok: false, reason: 'unknown agent or wrong signature' };
  if (session.takenOverFrom)
    log.warn(
      { agent: agent.id, from: session.takenOverFrom, to: proof.instanceId },
      'another instance of an agent took over',
    );
  await welcome(socket, agent, session.epoch, options);
  return { ok: true };
};

const isSigned = (
  agent: StoredAgent,
  proof: Messages['prove'],
  asked: { nonce: string; origin: string },
): boolean => {
  const text = proofText({
    ...asked,
    agentId: proof.agentId,
    instanceId: proof.instanceId,
    bootId: proof.bootId,
  });
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: agent.publicKey }, format: 'jwk' });
  return verify(null, Buffer.from(text), key, Buffer.from(proof.signature, 'base64url'));
};

const welcome = async (
  socket: Socket,
  agent: StoredAgent,
  epoch: number,
  { db, onProven }: HandshakeOptions,
): Promise<void> => {
  const [targets, plane] = await Promise.all([
    targetsOfCluster(db.pool, agent.clusterId),
    readPlane(db.pool),
  ]);
  // Whoever left while the database was asked has no disconnect to come, and would be held as connected for ever.
  if (!socket.connected) {
    await closeSession(db.pool, agent.id, epoch);
    return;
  }
  socket.data.agentId = agent.id;
  onProven({
    agentId: agent.id,
    clusterId: agent.clusterId,
    cluster: agent.cluster,
    epoch,
    socket,
    targets: new Set(targets.map(({ id }) => id)),
    clockSkewMs: null,
    ended: false,
  });
  const message: Messages['welcome'] = {
    epoch,
    term: plane.term,
    leaseSeconds: LEASE_SECONDS,
    serverTime: Date.now(),
    limits: { frameBytesMax: 65_536, batchRowsMax: 500, credits: 4 },
    cluster: agent.cluster,
    targets,
    accepts: [SAMPLE_DETAILS],
  };
  socket.emit('welcome', message);
};
