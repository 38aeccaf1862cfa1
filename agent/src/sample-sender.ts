import { type Body, refusal } from './link.ts';
import type { Log } from './log.ts';
import type { SampleBuffer, SampleMessage } from './sample-buffer.ts';

export type SampleLink = { open: boolean; request(name: 'samples', body: Body<'samples'>): Promise<unknown> };

const RETRY_MS = 2_000;
const TRIES_MAX = 3;

/**
 * Sends the buffer as credits allow: each message in flight costs one, its ack gives it back. A message that
 * was not acknowledged goes out again as it was; one that is refused, or lost
 * three times, is put aside and counted, so that a poisonous message cannot end every session.
 */
export class SampleSender {
  readonly #buffer: SampleBuffer;
  readonly #link: SampleLink;
  readonly #log: Log;
  readonly #again: { message: SampleMessage; tries: number }[] = [];
  #credits = 0;
  #session = 0;
  #detailed = false;
  #timer: NodeJS.Timeout | null = null;
  /** Messages put aside since the start. */
  setAside = 0;

  constructor(buffer: SampleBuffer, link: SampleLink, log: Log) {
    this.#buffer = buffer;
    this.#link = link;
    this.#log = log;
  }

  /** A session began with this many credits, with a server that reads details or refuses them. */
  begin(credits: number, detailed: boolean): void {
    this.#session += 1;
    this.#detailed = detailed;
    this.#credits = Math.max(1, credits);
    this.pump();
  }

  /** Sends what waits, as far as credits go. */
  pump(): void {
    while (this.#credits > 0 && this.#link.open) {
      const message = this.#again.shift() ?? this.#next();
      if (message === null) return;
      this.#credits -= 1;
      void this.#send(message.message, message.tries + 1, this.#session);
    }
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#credits = 0;
  }

  #next(): { message: SampleMessage; tries: number } | null {
    const message = this.#buffer.take();
    return message && { message, tries: 0 };
  }

  async #send(message: SampleMessage, tries: number, session: number): Promise<void> {
    const answer = await this.#link.request('samples', this.#detailed ? message : plain(message));
    const refused = refusal(answer);
    if (answer === null) this.#lost(message, tries);
    else if (refused === 'later') this.#keep(message, tries - 1);
    else if (refused !== null) this.#putAside(message, refused);
    if (session !== this.#session) return;
    if (refused === 'later' || answer === null) this.#pumpLater(session);
    else {
      this.#credits += 1;
      this.pump();
    }
  }

  #lost(message: SampleMessage, tries: number): void {
    if (tries >= TRIES_MAX) this.#putAside(message, 'never acknowledged');
    else this.#keep(message, tries);
  }

  #keep(message: SampleMessage, tries: number): void {
    this.#again.push({ message, tries });
    this.#again.sort((a, b) => a.message.seq - b.message.seq);
  }

  #putAside(message: SampleMessage, reason: string): void {
    this.setAside += 1;
    const { target, seq } = message;
    this.#log.warn('put samples aside', { target, seq, reason, rows: message.rows.at.length });
  }

  #pumpLater(session: number): void {
    this.#timer = setTimeout(() => {
      if (session !== this.#session) return;
      this.#credits += 1;
      this.pump();
    }, RETRY_MS);
  }
}

/** The message as every server of this protocol version takes it. */
function plain(message: SampleMessage): SampleMessage {
  const { assigned: _, details: __, ...rows } = message.rows;
  return { ...message, rows };
}
