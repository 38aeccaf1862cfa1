import type { Socket } from 'socket.io';
import { socketRefusalsTotal } from '../telemetry.ts';

/** The wire under a socket, there before the first message. */
type Wire = Socket['conn'];

const PER_ADDRESS_MAX = 20;
/** Its connect packet and its proof. */
const PACKETS_MAX = 2;
const PACKET_BYTES_MAX = 4_096;

/** Bounds what a stranger may take until it has proven who it is: sockets of one address, time, packets and bytes. */
export class Unproven {
  readonly #lifeMs: number;
  readonly #waiting = new Map<string, number>();
  readonly #leave = new WeakMap<Wire, () => void>();

  constructor(lifeMs: number) {
    this.#lifeMs = lifeMs;
  }

  admits(address: string): boolean {
    return (this.#waiting.get(address) ?? 0) < PER_ADDRESS_MAX;
  }

  /** Bounds this wire until `proven`, or its end. */
  enter(wire: Wire): void {
    const address = wire.remoteAddress;
    this.#waiting.set(address, (this.#waiting.get(address) ?? 0) + 1);
    let packets = 0;
    const count = (data: string | Buffer): void => {
      packets += 1;
      if (packets > PACKETS_MAX) cut(wire, 'too many messages before the proof');
      else if (Buffer.byteLength(data) > PACKET_BYTES_MAX) cut(wire, 'too large before the proof');
    };
    const timer = setTimeout(() => cut(wire, 'no proof in time'), this.#lifeMs);
    this.#leave.set(wire, () => {
      this.#leave.delete(wire);
      clearTimeout(timer);
      wire.off('data', count);
      this.#countOut(address);
    });
    // First in line, so that a packet too many ends the wire before anybody reads it.
    wire.prependListener('data', count);
    wire.once('close', () => this.proven(wire));
  }

  /** Lifts the bounds. Repeatable. */
  proven(wire: Wire): void {
    this.#leave.get(wire)?.();
  }

  #countOut(address: string): void {
    const rest = (this.#waiting.get(address) ?? 1) - 1;
    if (rest > 0) this.#waiting.set(address, rest);
    else this.#waiting.delete(address);
  }
}

const cut = (wire: Wire, reason: string): void => {
  socketRefusalsTotal.inc({ socket: 'agent', message: 'unproven', reason });
  wire.close(true);
  // Closing waits half a minute for the other side to agree, which is not owed to a stranger.
  wire.request.socket.destroy();
};
