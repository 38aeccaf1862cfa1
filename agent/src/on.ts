import type { z } from 'zod';
import { type Log, textOf } from './log.ts';
import { messages } from './protocol.ts';

export type Incoming = keyof typeof messages;

type Emitter = { on(event: string, listener: (...args: unknown[]) => void): unknown };

/**
 * The only way a message from the control plane reaches the agent: parsed tolerantly by its schema, failures
 * caught and logged, the ack optional. A message that does not parse changes nothing.
 */
export function on<K extends Incoming>(
  socket: Emitter,
  name: K,
  log: Log,
  handler: (body: z.output<(typeof messages)[K]>) => void | Promise<void>,
): void {
  socket.on(name, (...args: unknown[]) => {
    const last = args.at(-1);
    const ack = isAck(last) ? last : () => undefined;
    const parsed = messages[name].safeParse(args[0]);
    if (!parsed.success) {
      const reason = parsed.error.issues
        .map((issue) => `${issue.path.join('.')}: ${issue.message}`)
        .join('; ');
      log.warn('refused a message', { name, reason });
      ack({ ok: false, reason: 'malformed' });
      return;
    }
    // `messages[name]` is the schema of exactly this K; the compiler loses that through the index.
    const body = parsed.data as z.output<(typeof messages)[K]>;
    run(() => handler(body)).then(
      () => ack({ ok: true }),
      (error: unknown) => {
        log.error('could not handle a message', { name, reason: textOf(error) });
        ack({ ok: false, reason: 'failed' });
      },
    );
  });
}

/** Starts the handler at once, so that messages are taken in the order they came. */
async function run(handler: () => void | Promise<void>): Promise<void> {
  await handler();
}

function isAck(value: unknown): value is (answer: { ok: boolean; reason?: string }) => void {
  return typeof value === 'function';
}
