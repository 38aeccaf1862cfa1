import { type Database, withTransaction } from '../../data/database.ts';
import { appendLedger } from '../../data/ledger.ts';
import { notify } from '../../data/notify.ts';
import { insertPart } from '../../data/retrospective-parts.ts';
import { insertRetrospective, retrospectiveIdOf } from '../../data/retrospectives.ts';
import type { Actor } from '../../domain/release/types.ts';
import { draftRetrospective } from '../../domain/retrospective/draft.ts';
import { gatherFacts } from './gather.ts';

export type Drafting = { releaseId: string; actor: Actor; requestId: string | null; now: number };

/**
 * Drafts the retrospective of a finished release and stores it with its ledger entry, once: whoever comes second,
 * in this process or another, finds the first one. Null when the release is missing or not finished.
 */
export const storeDraft = async (
  db: Database,
  { releaseId, actor, requestId, now }: Drafting,
): Promise<{ id: string; created: boolean } | null> => {
  const known = await retrospectiveIdOf(db.pool, releaseId);
  if (known) return { id: known, created: false };
  const facts = await gatherFacts(db.pool, releaseId);
  if (!facts) return null;
  const draft = draftRetrospective(facts);
  const made = await withTransaction(db.pool, async (client) => {
    const at = new Date(now);
    const id = await insertRetrospective(client, { releaseId, draft, draftedBy: actor.name, at });
    if (!id) return null;
    if (facts.state.governance?.emergency)
      await insertPart(client, 'action_item', {
        retrospective_id: id,
        text: 'Look at this emergency release: was it one, and what does the usual path need so that the next can take it?',
        type: 'process',
        author: actor.name,
        created_at: at,
        updated_at: at,
      });
    await notify(client, [{ kind: 'config', noun: 'retrospective', slug: id }]);
    await appendLedger(client, {
      at,
      actor: { kind: actor.kind, name: actor.name },
      action: 'retrospective.draft',
      subject: `retrospective:${id}`,
      reason: null,
      requestId,
      data: { release: releaseId, outcome: facts.state.outcome },
    });
    return id;
  });
  if (made) return { id: made, created: true };
  const first = await retrospectiveIdOf(db.pool, releaseId);
  return first ? { id: first, created: false } : null;
};
