import type { Socket } from 'socket.io';
import type { Messages } from '../../agent/src/protocol.ts';

/** One agent's live session in this process. Authority comes from here, never from a message. */
export type Connection = {
  agentId: string;
  clusterId: string;
  cluster: string;
  epoch: number;
  socket: Socket;
  /** The targets it may speak about. */
  targets: Set<string>;
  clockSkewMs: number | null;
  /** It was told that it is over, and says no more that counts. */
  ended: boolean;
};

type ToAgent = 'desired' | 'targets' | 'lease' | 'drain' | 'revoked' | 'superseded' | 'ask';

/** The agents that are connected to this process. */
export class AgentHub {
  readonly #connections = new Map<string, Connection>();

  /** Takes a new session in; of two sessions of one agent the one with the lower epoch is told and closed. False when it is this. */
  add(connection: Connection): boolean {
    const before = this.#connections.get(connection.agentId);
    if (before && before.epoch > connection.epoch) {
      this.#end(connection, 'superseded', { epoch: before.epoch });
      return false;
    }
    this.#connections.set(connection.agentId, connection);
    if (before) this.#end(before, 'superseded', { epoch: connection.epoch });
    return true;
  }

  /** Forgets a session when its socket is gone; a newer one of the same agent stays. */
  remove(connection: Connection): void {
    if (this.#connections.get(connection.agentId) === connection)
      this.#connections.delete(connection.agentId);
  }

  get(agentId: string): Connection | undefined {
    return this.#connections.get(agentId);
  }

  all(): Connection[] {
    return [...this.#connections.values()];
  }

  /** The agents here that serve any of these targets. */
  serving(targetIds: readonly string[]): string[] {
    return this.all()
      .filter(({ targets }) => targetIds.some((id) => targets.has(id)))
      .map(({ agentId }) => agentId);
  }

  ids(): string[] {
    return [...this.#connections.keys()];
  }

  send<K extends ToAgent>(connection: Connection, name: K, message: Messages[K]): void {
    connection.socket.emit(name, message);
  }

  /** Ends a session whose agent may no longer act. */
  revoke(connection: Connection): void {
    this.#end(connection, 'revoked', {
      reason: 'revoked by an administrator, or replaced by a newer enrolment',
    });
  }

  /** Ends a session whose place was taken at another process. */
  supersede(connection: Connection): void {
    this.#end(connection, 'superseded', { epoch: connection.epoch + 1 });
  }

  #end<K extends 'revoked' | 'superseded'>(connection: Connection, name: K, message: Messages[K]): void {
    if (connection.ended) return;
    connection.ended = true;
    this.send(connection, name, message);
    // The word has to leave before the connection does.
    setTimeout(() => connection.socket.disconnect(true), 100).unref();
  }
}
