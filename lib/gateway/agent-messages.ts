import { messages } from '../../agent/src/protocol.ts';
import { storeAnswer } from '../data/agent-answers.ts';
import { recordObserved } from '../data/agents.ts';
import type { Database } from '../data/database.ts';
import { resync } from '../data/outbox.ts';
import { recordTargetCheck, recordTargetReport } from '../services/release/target-report.ts';
import type { Connection } from './agent-hub.ts';
import { batchProblem, type Ingest } from './ingest.ts';
import { type Answer, on } from './on.ts';

export type AgentEvents = {
  /** Wishes of this agent may be due now. */
  deliver: (connection: Connection) => void;
  targetsSeen: (targetIds: readonly string[]) => void;
};

const NOT_OWN = 'a target that is not its own';
const CREDIT_INTERVAL_MS = 0;

/** Hears one proven agent. Every message names the session's epoch and only the agent's own targets. */
export const hearAgent = (
  db: Database,
  ingest: Ingest,
  connection: Connection,
  events: AgentEvents,
): void => {
  const { socket, agentId, cluster, epoch } = connection;
  const kind = 'agent';
  const sameEpoch = (message: { epoch: number }) => {
    if (connection.ended) return 'the session is over';
    return message.epoch === epoch ? null : 'another epoch';
  };
  const owns = (target: string) => connection.targets.has(target);

  on(socket, 'hello', {
    kind,
    schema: messages.hello,
    guard: sameEpoch,
    handle: async ({ targets }): Promise<Answer> => {
      const held = targets.filter(({ target }) => owns(target));
      await resync(db.pool, agentId, held);
      events.deliver(connection);
      return { ok: true };
    },
  });
  on(socket, 'applied', {
    kind,
    schema: messages.applied,
    guard: (message) => sameEpoch(message) ?? (owns(message.target) ? null : NOT_OWN),
    handle: async ({ target, generation, outcome, reason, seenBasisPoints }): Promise<Answer> => {
      const report = { agentId, cluster, targetId: target, generation, outcome, reason, seenBasisPoints };
      const result = await recordTargetReport(db, report, Date.now());
      events.targetsSeen([target]);
      return { ok: true, known: result === 'known' };
    },
  });
  on(socket, 'checked', {
    kind,
    schema: messages.checked,
    guard: (message) => sameEpoch(message) ?? (owns(message.target) ? null : NOT_OWN),
    handle: async ({ target, generation, results, differences }): Promise<Answer> => {
      const found = { agentId, cluster, targetId: target, generation, results, differences };
      const result = await recordTargetCheck(db, found, Date.now());
      return { ok: true, known: result === 'known' };
    },
  });
  on(socket, 'observed', {
    kind,
    schema: messages.observed,
    guard: (message) =>
      sameEpoch(message) ?? (message.targets.every(({ target }) => owns(target)) ? null : NOT_OWN),
    handle: async ({ targets, clock }): Promise<Answer> => {
      connection.clockSkewMs = Math.max(-2_000_000_000, Math.min(2_000_000_000, clock - Date.now()));
      events.targetsSeen(await recordObserved(db.pool, { agentId, epoch }, targets));
      return { ok: true };
    },
  });
  on(socket, 'samples', {
    kind,
    schema: messages.samples,
    guard: (message) => sameEpoch(message) ?? (owns(message.target) ? null : NOT_OWN),
    handle: async (batch): Promise<Answer> => {
      const reason = batchProblem(batch, Date.now());
      if (reason !== null) return { ok: false, reason, harmless: true };
      if (await ingest.store(batch)) return { ok: true, credits: 1, minIntervalMs: CREDIT_INTERVAL_MS };
      return { ok: false, reason: 'later' };
    },
  });
  on(socket, 'answer', {
    kind,
    schema: messages.answer,
    guard: sameEpoch,
    handle: async ({ requestId, ok, detail }): Promise<Answer> => {
      await storeAnswer(db.pool, requestId, agentId, { ok, detail });
      return { ok: true };
    },
  });
};
