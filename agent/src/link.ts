import { performance } from 'node:perf_hooks';
import { io, type Socket } from 'socket.io-client';
import { type EnrolledIdentity, signProof } from './identity.ts';
import { type Log, textOf } from './log.ts';
import { on } from './on.ts';
import { AGENT_SOCKET_PATH, type Messages, PROTOCOL_VERSION } from './protocol.ts';
import { Reconnect } from './reconnect.ts';
import type { Timing } from './timing.ts';

/** Messages that carry the session's `v` and `epoch`, without these two. */
type Sent = 'hello' | 'applied' | 'observed' | 'samples' | 'answer';
export type Body<K extends Sent> = Omit<Messages[K], 'v' | 'epoch'>;

export type LinkHandlers = {
  /** Why this session is not acceptable, or null. */
  admit(welcome: Messages['welcome']): string | null;
  /** A session began; `hello` is the agent's next word. */
  welcome(welcome: Messages['welcome']): void;
  targets(message: Messages['targets']): void;
  desired(message: Messages['desired']): void;
  lease(message: Messages['lease']): void;
  ask(message: Messages['ask']): void;
  superseded(epoch: number): void;
  revoked(reason: string): void;
  lost(reason: string): void;
};

export type LinkOptions = {
  server: string;
  identity: EnrolledIdentity;
  bootId: string;
  version: string;
  capabilities: string[];
  timing: Timing;
  log: Log;
  handlers: LinkHandlers;
};

/**
 * The outbound connection to the control plane: challenge, prove, welcome, then messages; reconnects by itself.
 * Nothing is buffered for later: what cannot be sent now is not sent, its owner sends it after the next welcome.
 */
export class Link {
  readonly #o: LinkOptions;
  readonly #reconnect: Reconnect;
  #socket: Socket | null = null;
  #session: { epoch: number; sinceMs: number } | null = null;
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(options: LinkOptions) {
    this.#o = options;
    this.#reconnect = new Reconnect(options.timing);
  }

  /** Has the control plane accepted this agent on the present socket? */
  get open(): boolean {
    return this.#session !== null && this.#socket?.connected === true;
  }

  start(): void {
    this.#schedule(this.#reconnect.nextDelayMs());
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#drop('stopped');
  }

  /** Sends without waiting; false when there is no session. */
  send<K extends Sent>(name: K, body: Body<K>): boolean {
    if (this.#session === null || this.#socket?.connected !== true) return false;
    this.#socket.emit(name, { v: PROTOCOL_VERSION, epoch: this.#session.epoch, ...body });
    return true;
  }

  /** Sends and waits for the ack; null when none came: that never means "not done". */
  async request<K extends Sent>(name: K, body: Body<K>): Promise<unknown> {
    if (this.#session === null || this.#socket?.connected !== true) return null;
    const message = { v: PROTOCOL_VERSION, epoch: this.#session.epoch, ...body };
    try {
      const answer: unknown = await this.#socket
        .timeout(this.#o.timing.ackTimeoutMs)
        .emitWithAck(name, message);
      return answer ?? {};
    } catch {
      return null;
    }
  }

  #schedule(delayMs: number): void {
    if (this.#stopped) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#connect(), delayMs);
  }

  #connect(): void {
    const { server, timing, log } = this.#o;
    const socket = io(new URL(server).origin, {
      path: AGENT_SOCKET_PATH,
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      autoConnect: false,
      timeout: timing.handshakeTimeoutMs,
    });
    this.#socket = socket;
    const mine = () => this.#socket === socket;
    const late = setTimeout(() => mine() && this.#drop('no welcome in time'), timing.handshakeTimeoutMs);
    const leave = (reason: string) => mine() && this.#drop(reason);
    socket.on('connect_error', (error) => leave(`cannot connect: ${textOf(error)}`));
    socket.on('disconnect', (reason) => leave(reason));
    on(socket, 'challenge', log, (challenge) => this.#prove(socket, challenge));
    on(socket, 'welcome', log, (welcome) => {
      clearTimeout(late);
      this.#welcome(welcome);
    });
    this.#hear(socket);
    socket.connect();
  }

  #hear(socket: Socket): void {
    const { log, handlers } = this.#o;
    on(socket, 'targets', log, (message) => handlers.targets(message));
    on(socket, 'desired', log, (message) => handlers.desired(message));
    on(socket, 'lease', log, (message) => handlers.lease(message));
    on(socket, 'ask', log, (message) => handlers.ask(message));
    on(socket, 'drain', log, ({ reconnectWithinMs }) => {
      this.#reconnect.reset();
      this.#drop('the server drains', Math.random() * reconnectWithinMs);
    });
    on(socket, 'superseded', log, ({ epoch }) => {
      handlers.superseded(epoch);
      this.#reconnect.yieldTurn();
      this.#drop('superseded');
    });
    on(socket, 'revoked', log, ({ reason }) => {
      handlers.revoked(reason);
      this.stop();
    });
  }

  #prove(socket: Socket, challenge: Messages['challenge']): void {
    const { server, identity, bootId, version, capabilities, log } = this.#o;
    const { agentId, origins } = identity.enrolled;
    const { origin, nonce, protocol } = challenge;
    if (origin !== new URL(server).origin && !origins.includes(origin)) {
      // A signature for a foreign origin could be relayed there; none is given.
      log.error('the server names an origin this agent was not enrolled with', { origin });
      this.#drop('foreign origin');
      return;
    }
    if (protocol.min > PROTOCOL_VERSION || protocol.max < PROTOCOL_VERSION) {
      const speaks = `${protocol.min} to ${protocol.max}`;
      log.error('the server speaks another protocol: install the agent of its version', { speaks });
      this.#drop('protocol version');
      return;
    }
    const signature = signProof(identity, { origin, bootId, nonce });
    const range = { min: PROTOCOL_VERSION, max: PROTOCOL_VERSION };
    const { instanceId } = identity;
    const proof = { agentId, instanceId, bootId, signature, protocol: range, version, capabilities };
    socket.emit('prove', proof, (answer: unknown) => {
      if (refusal(answer) !== null) log.error('the server refused this agent', { reason: refusal(answer) });
    });
  }

  #welcome(welcome: Messages['welcome']): void {
    const { handlers, log } = this.#o;
    const refused = handlers.admit(welcome);
    if (refused !== null) {
      log.error('refused the session', { reason: refused });
      this.#drop(refused);
      return;
    }
    this.#session = { epoch: welcome.epoch, sinceMs: performance.now() };
    log.info('connected', { epoch: welcome.epoch, cluster: welcome.cluster });
    handlers.welcome(welcome);
  }

  #drop(reason: string, delayMs?: number): void {
    const socket = this.#socket;
    const session = this.#session;
    this.#socket = null;
    this.#session = null;
    if (socket === null) return;
    socket.removeAllListeners();
    socket.disconnect();
    if (session !== null) this.#reconnect.ended(performance.now() - session.sinceMs);
    this.#o.log[session === null ? 'warn' : 'info']('disconnected', { reason });
    if (session !== null) this.#o.handlers.lost(reason);
    this.#schedule(delayMs ?? this.#reconnect.nextDelayMs());
  }
}

/** The reason of a negative ack; null for a positive one. */
export function refusal(answer: unknown): string | null {
  if (typeof answer !== 'object' || answer === null || Reflect.get(answer, 'ok') !== false) return null;
  const reason: unknown = Reflect.get(answer, 'reason');
  return typeof reason === 'string' ? reason : 'refused';
}
