import { createPublicKey, randomBytes, randomUUID, verify } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { tokenHashOf } from '../identity.ts';
import {
  AGENT_SOCKET_PATH,
  type Desired,
  enrolmentText,
  enrolRequestSchema,
  messages,
  proofText,
  SAMPLE_DETAILS,
  type TargetConfig,
} from '../protocol.ts';

export type Heard = { name: string; body: unknown };
type AckAnswer = { ok: boolean; reason?: string };

/** The control plane's side of the protocol, as far as an agent can see it, on a real HTTP and socket.io server. */
export type ControlPlane = {
  url: string;
  token: string;
  term: number;
  targets: TargetConfig[];
  /** Empty is a server from before there was anything to accept. */
  accepts: string[];
  /** Every message of every agent, parsed strictly, in the order it came. */
  readonly heard: Heard[];
  /** Live sockets that were welcomed, the newest last. */
  readonly sessions: Socket[];
  /** What `applied` and `samples` are acknowledged with; null gives no ack. */
  answerTo: (name: string, body: unknown) => AckAnswer | null;
  desire(wish: Desired): void;
  send(name: string, body: unknown): void;
  close(): Promise<void>;
};

export async function startControlPlane(): Promise<ControlPlane> {
  const keys = new Map<string, string>();
  const http = createServer((request, response) => void enrol(request, response, plane, keys));
  const io = new Server(http, { path: AGENT_SOCKET_PATH, transports: ['websocket'], serveClient: false });
  const plane: ControlPlane = {
    url: '',
    token: `enr_${randomBytes(32).toString('base64url')}`,
    term: 1,
    targets: [],
    accepts: [SAMPLE_DETAILS],
    heard: [],
    sessions: [],
    answerTo: () => ({ ok: true }),
    desire: (wish) => plane.send('desired', wish),
    send: (name, body) => void plane.sessions.at(-1)?.emit(name, body),
    close: () => new Promise((resolve) => void io.close(() => resolve())),
  };
  let epoch = 0;
  io.on('connection', (socket) => {
    const nonce = randomBytes(32).toString('base64url');
    socket.once('prove', (body: unknown, ack?: (answer: AckAnswer) => void) => {
      const proof = messages.prove.parse(body);
      const text = proofText({ ...proof, origin: plane.url, nonce });
      if (!holds(keys.get(proof.agentId), text, proof.signature)) {
        ack?.({ ok: false, reason: 'wrong signature' });
        socket.disconnect(true);
        return;
      }
      epoch += 1;
      hear(socket, plane);
      plane.sessions.push(socket);
      socket.on('disconnect', () => plane.sessions.splice(plane.sessions.indexOf(socket), 1));
      socket.emit('welcome', welcomeOf(plane, epoch));
    });
    socket.emit('challenge', { nonce, origin: plane.url, protocol: { min: 1, max: 1 } });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address record, never a path.
  plane.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return plane;
}

function hear(socket: Socket, plane: ControlPlane): void {
  for (const name of ['hello', 'applied', 'observed', 'samples', 'answer'] as const) {
    socket.on(name, (body: unknown, ack?: (answer: AckAnswer) => void) => {
      plane.heard.push({ name, body: messages[name].parse(body) });
      const answer = plane.answerTo(name, body);
      if (answer !== null) ack?.(answer);
    });
  }
}

function welcomeOf(plane: ControlPlane, epoch: number) {
  return {
    epoch,
    term: plane.term,
    leaseSeconds: 30,
    serverTime: Date.now(),
    limits: { frameBytesMax: 65_536, batchRowsMax: 500, credits: 4 },
    cluster: 'eu-west',
    targets: plane.targets,
    accepts: plane.accepts,
    somethingNew: 'an agent tolerates keys it does not know',
  };
}

async function enrol(
  request: IncomingMessage,
  response: ServerResponse,
  plane: ControlPlane,
  keys: Map<string, string>,
): Promise<void> {
  if (request.method !== 'POST' || request.url !== '/api/v1/agents/enrol') {
    response.writeHead(404).end();
    return;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const body = enrolRequestSchema.parse(JSON.parse(Buffer.concat(chunks).toString()));
  const text = enrolmentText({ ...body, tokenHash: tokenHashOf(plane.token) });
  const used = keys.size > 0;
  if (body.token !== plane.token || used || !holds(body.publicKey, text, body.signature)) {
    const detail = used ? 'this token has been used' : 'no such token';
    response.writeHead(403, { 'content-type': 'application/problem+json' });
    response.end(JSON.stringify({ title: 'Enrolment refused', status: 403, detail }));
    return;
  }
  const agentId = randomUUID();
  keys.set(agentId, body.publicKey);
  response.writeHead(201, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ agentId, cluster: body.cluster, origins: [plane.url] }));
}

function holds(publicKey: string | undefined, text: string, signature: string): boolean {
  if (publicKey === undefined) return false;
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
  return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'));
}
