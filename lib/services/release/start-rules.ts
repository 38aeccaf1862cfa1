import type { ReleaseStart } from '../../contract/release.ts';
import { readFreezes } from '../../data/config/freezes.ts';
import type { Queryable } from '../../data/database.ts';
import { rolledBackAt, timesInCharge } from '../../data/promotion.ts';
import type { StartFacts } from '../../data/release-start.ts';
import { frozenAt, nextOpenAt } from '../../domain/policy/freeze.ts';
import { freezeWindowOf } from '../../domain/policy/freeze-document.ts';
import { promotionMissing, quarantined, roleOf, startFrozen } from '../../domain/policy/start-rules.ts';
import { idsOf } from '../../domain/release/governance.ts';
import type { Governance, Refusal } from '../../domain/release/types.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';

const WINDOWS_MAX = 1_000;

/**
 * The approvals and the governance that a start gets. Throws `refused` with what freezes it or what is missing, and
 * `invalid` when an exception is asked for without a reason. `ctx.actor` has the role that holds here.
 */
export const governStart = async (
  client: Queryable,
  ctx: Context,
  request: ReleaseStart,
  facts: StartFacts,
): Promise<{ approvalsNeeded: number; governance: Governance }> => {
  const { environment } = facts;
  if (!environment) throw new Error('a start was not checked');
  const { approvals, selfApproval, groups, expiresAfterSeconds } = environment.protection;
  const demanded = approvals > 0 || groups.length > 0;
  checkReason(request);
  const common = { groups, expiresAfterSeconds: expiresAfterSeconds ?? null };
  if (request.emergency) {
    authorize(ctx.actor, 'release:approve', request);
    const startedBy = idsOf(ctx.actor);
    return {
      approvalsNeeded: 0,
      governance: { ...common, startedBy, groups: [], freezeExempt: [], emergency: true },
    };
  }
  const freezeExempt = await setAside(client, ctx, request);
  const rolledBack = await checkVersion(client, ctx, request, facts);
  return {
    approvalsNeeded: Math.max(approvals, groups.length > 0 ? 1 : 0, rolledBack ? 1 : 0),
    governance: {
      ...common,
      startedBy: (demanded && !selfApproval) || rolledBack ? idsOf(ctx.actor) : [],
      freezeExempt,
    },
  };
};

const checkReason = ({ reason, emergency, override }: ReleaseStart): void => {
  if (reason || !(emergency || override)) return;
  const what = emergency ? 'an emergency' : 'setting a freeze aside';
  throw new ServiceError('invalid', `reason: ${what} needs a reason.`, {
    errors: [{ path: 'reason', message: `say why; ${what} needs a reason that the record keeps` }],
  });
};

/** The windows that this start sets aside. */
const setAside = async (client: Queryable, ctx: Context, request: ReleaseStart): Promise<string[]> => {
  const stored = await readFreezes(client, { limit: WINDOWS_MAX });
  const windows = stored.map(({ slug, document }) => freezeWindowOf(slug, document));
  const place = { service: request.service, environment: request.environment };
  const frozen = frozenAt(windows, place, ctx.now());
  const holding = frozen.map(({ window: { id, name } }) => ({
    id,
    name,
    overrideRoles: stored.find(({ slug }) => slug === id)?.document.overrideRoles ?? [],
  }));
  const by = { role: roleOf(ctx.actor), override: request.override?.freeze === true };
  refuseWith(startFrozen(holding, nextOpenAt(windows, place, ctx.now()), by));
  return holding.map(({ id }) => id);
};

/** Is the version in quarantine here? Refuses one that has not been where it must have been, or needs a reason. */
const checkVersion = async (
  client: Queryable,
  ctx: Context,
  request: ReleaseStart,
  { service, environment, version }: StartFacts,
): Promise<boolean> => {
  if (!service || !environment || !version) throw new Error('a start was not checked');
  const content = { serviceId: service.id, digest: version.digest };
  const { requires, quarantine } = environment.protection;
  if (requires) {
    const inCharge = await timesInCharge(client, content, requires.environment);
    refuseWith(promotionMissing(request, requires, inCharge, ctx.now()));
  }
  if (!quarantine) return false;
  const at = await rolledBackAt(client, content, environment.id);
  refuseWith(quarantined(request, at, request.reason));
  return at !== null;
};

const refuseWith = (refusal: Refusal | null): void => {
  if (refusal) throw new ServiceError('refused', refusal.text, { reason: refusal.reason });
};
