import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import { expect, onTestFinished, vi } from 'vitest';
import { AGENT_SOCKET_PATH, type Messages, messages, proofText } from '../../../agent/src/protocol.ts';
import type { Database } from '../../data/database.ts';

type FromPlane =
  | 'challenge'
  | 'welcome'
  | 'targets'
  | 'desired'
  | 'lease'
  | 'drain'
  | 'revoked'
  | 'superseded'
  | 'ask';
const FROM_PLANE: readonly FromPlane[] = [
  'challenge',
  'welcome',
  'targets',
  'desired',
  'lease',
  'drain',
  'revoked',
  'superseded',
  'ask',
];

/** One end of the wire as an agent holds it, able to say anything, right or wrong. */
export type AgentPeer = {
  socket: Socket;
  /** Waits for the first message of a kind, or for the first that `fits`. */
  hear<K extends FromPlane>(name: K, fits?: (message: Messages[K]) => boolean): Promise<Messages[K]>;
  /** Everything of a kind that came so far. */
  heard<K extends FromPlane>(name: K): Messages[K][];
  proof(over?: Partial<Messages['prove']>): Promise<Messages['prove']>;
  /** Proves with its key and waits for the welcome. */
  join(): Promise<Messages['welcome']>;
  /** Says something and waits for the answer. */
  say(name: string, body: unknown): Promise<unknown>;
  ended(): Promise<void>;
};

/** Gives the agent a key of its own and connects in its name; closed when the test ends. */
export const connectAgent = async (
  { db, url }: { db: Database; url: string },
  agentId: string,
  options: { headers?: Record<string, string> } = {},
): Promise<AgentPeer> => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  await db.pool.query('UPDATE agent SET public_key = $2 WHERE id = $1', [
    agentId,
    publicKey.export({ format: 'jwk' }).x,
  ]);
  const identity = { agentId, instanceId: randomUUID(), bootId: randomUUID() };
  const socket = io(url, {
    path: AGENT_SOCKET_PATH,
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    ...(options.headers ? { extraHeaders: options.headers } : {}),
  });
  onTestFinished(() => void socket.disconnect());
  const log: { name: string; body: unknown }[] = [];
  for (const name of FROM_PLANE) socket.on(name, (body: unknown) => log.push({ name, body }));

  const heard = <K extends FromPlane>(name: K): Messages[K][] =>
    log.flatMap((one) =>
      // The schema is the one of exactly this K; the compiler loses that through the index.
      one.name === name ? [messages[name].parse(one.body) as Messages[K]] : [],
    );
  const hear = async <K extends FromPlane>(
    name: K,
    fits: (message: Messages[K]) => boolean = () => true,
  ): Promise<Messages[K]> =>
    vi.waitFor(() => heard(name).find(fits) ?? expect.unreachable(`no such "${name}" was heard`), {
      timeout: 15_000,
      interval: 5,
    });
  const proof = async (over: Partial<Messages['prove']> = {}): Promise<Messages['prove']> => {
    const { origin, nonce } = await hear('challenge');
    const text = proofText({ origin, nonce, ...identity });
    return {
      ...identity,
      signature: sign(null, Buffer.from(text), privateKey).toString('base64url'),
      protocol: { min: 1, max: 1 },
      version: '0.1.0',
      capabilities: [],
      ...over,
    };
  };
  const say = (name: string, body: unknown): Promise<unknown> =>
    socket.timeout(10_000).emitWithAck(name, body);
  return {
    socket,
    heard,
    hear,
    proof,
    say,
    join: async () => {
      expect(await say('prove', await proof())).toEqual({ ok: true });
      return hear('welcome');
    },
    ended: () => vi.waitFor(() => expect(socket.connected).toBe(false), { timeout: 15_000, interval: 5 }),
  };
};
