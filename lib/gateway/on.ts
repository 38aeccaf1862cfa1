import type { Socket } from 'socket.io';
import type { z } from 'zod';
import { logger } from '../log.ts';
import { socketRefusalsTotal } from '../telemetry.ts';

/** What a handler may answer; goes back in the ack when the sender asked for one. */
export type Answer = { ok: true; [extra: string]: unknown } | Refusal;

/**
 * `counted` stands in for a reason that holds words of the sender, which must not become labels of a counter.
 * `harmless`: what the message carries is no fault of the connection, such as a service's odd counts; it stays open.
 */
type Refusal = { ok: false; reason: string; counted?: string; harmless?: boolean };

export type Listen<T> = {
  /** `agent` or `console`, for counters and logs. */
  kind: string;
  schema: z.ZodType<T>;
  /** Refuses a parsed message before it is handled, such as one under an old epoch; null to accept. */
  guard?: (message: T) => string | null;
  handle: (message: T) => Promise<Answer> | Answer;
};

const REFUSALS_MAX = 3;
const REFUSALS_WINDOW_MS = 60_000;
const MESSAGES_PER_SECOND_MAX = 200;

const log = logger('gateway');
const refusals = new WeakMap<Socket, number[]>();
const rates = new WeakMap<Socket, { second: number; count: number }>();
const heard = new WeakMap<Socket, Set<string>>();

/**
 * The only way a message from outside reaches a handler: parsed by its schema, rate limited, every failure caught, the
 * ack optional. A message that is refused changes nothing; the third refusal within a minute ends the connection.
 */
export const on = <T>(socket: Socket, name: string, listen: Listen<T>): void => {
  heard.set(socket, (heard.get(socket) ?? new Set()).add(name));
  socket.on(name, (...args: unknown[]) => {
    const ack = ackOf(args);
    receive(socket, name, listen, args[0]).then(ack, (error: unknown) => {
      log.error({ err: error, message: name, kind: listen.kind }, 'a message could not be handled');
      ack({ ok: false, reason: 'later' });
    });
  });
};

/** A message that nobody listens for, such as one before the proof, is refused and counted like any other. */
export const refuseOthers = (socket: Socket, kind: string): void => {
  socket.onAny((name: unknown, ...args: unknown[]) => {
    if (typeof name === 'string' && heard.get(socket)?.has(name)) return;
    ackOf(args)(refuse(socket, 'other', kind, 'nobody listens for this now'));
  });
};

const ackOf = (args: readonly unknown[]): ((answer: Answer) => void) => {
  const last = args.at(-1);
  return typeof last === 'function' ? (answer) => void last(answer) : () => undefined;
};

const receive = async <T>(
  socket: Socket,
  name: string,
  listen: Listen<T>,
  body: unknown,
): Promise<Answer> => {
  if (isTooFast(socket)) return refuse(socket, name, listen.kind, 'too many messages');
  const parsed = listen.schema.safeParse(body);
  if (!parsed.success) return refuse(socket, name, listen.kind, 'malformed');
  const guarded = listen.guard?.(parsed.data) ?? null;
  if (guarded !== null) return refuse(socket, name, listen.kind, guarded);
  const answer = await listen.handle(storable(parsed.data));
  if (answer.ok || answer.reason === 'later') return answer;
  return refuse(socket, name, listen.kind, answer.reason, answer);
};

const refuse = (
  socket: Socket,
  message: string,
  kind: string,
  reason: string,
  { counted = reason, harmless = false }: Pick<Refusal, 'counted' | 'harmless'> = {},
): Answer => {
  socketRefusalsTotal.inc({ socket: kind, message, reason: counted });
  log.warn(
    { kind, message, reason, agent: socket.data.agentId, address: socket.handshake.address },
    'refused a message',
  );
  if (harmless) return { ok: false, reason };
  const now = performance.now();
  const recent = [...(refusals.get(socket) ?? []).filter((at) => now - at < REFUSALS_WINDOW_MS), now];
  refusals.set(socket, recent);
  if (recent.length >= REFUSALS_MAX) setImmediate(() => socket.disconnect(true));
  return { ok: false, reason };
};

const isTooFast = (socket: Socket): boolean => {
  const second = Math.floor(performance.now() / 1_000);
  const rate = rates.get(socket);
  if (rate?.second !== second) {
    rates.set(socket, { second, count: 1 });
    return false;
  }
  rate.count += 1;
  return rate.count > MESSAGES_PER_SECOND_MAX;
};

const UNSTORABLE = /[\0\p{Surrogate}]/u;

/** PostgreSQL keeps neither NUL nor half a character; a router's words may hold both, and are worth hearing without. */
const storable = <T>(value: T): T => {
  if (typeof value === 'string' && UNSTORABLE.test(value))
    return Buffer.from(value.replaceAll('\0', '')).toString() as T;
  if (Array.isArray(value)) return typeof value[0] === 'number' ? value : (value.map(storable) as T);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [storable(key), storable(inner)]),
  ) as T;
};
