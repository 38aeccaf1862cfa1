/** What may keep a release from starting, beside missing parts: freezes, promotion, quarantine. */
import type { Actor, Refusal, Role } from '../release/types.ts';
import { durationText, listText, momentText } from '../release/words.ts';

/** The role whose rights come closest to what this actor may do; for rules that name roles. */
export const roleOf = (actor: Actor): Role => {
  if (actor.kind === 'person') return actor.role;
  if (actor.kind !== 'token') return 'viewer';
  if (actor.scopes.includes('admin')) return 'administrator';
  if (actor.scopes.includes('release:approve')) return 'approver';
  return actor.scopes.includes('release:write') ? 'operator' : 'viewer';
};

/** A window that holds now, with the roles that may set it aside. */
export type HoldingWindow = { id: string; name: string; overrideRoles: readonly Role[] };

/** Why a start is frozen; null when it is not, or when every window that holds may be set aside and is. */
export const startFrozen = (
  holding: readonly HoldingWindow[],
  openAt: number | null,
  by: { role: Role; override: boolean },
): Refusal | null => {
  if (holding.length === 0) return null;
  const closed = holding.filter(({ overrideRoles }) => !overrideRoles.includes(by.role));
  if (by.override && closed.length === 0) return null;
  const names = listText(holding.map(({ name }) => `"${name}"`));
  const opens = openAt === null ? 'No open moment is near' : `Start again after ${momentText(openAt)}`;
  const may = closed.length === 0 ? 'you' : overriders(holding);
  return {
    reason: 'frozen',
    text: `Frozen by ${names}. ${opens}${may ? `, or ${may} may set the freeze aside with override and a reason` : '; nobody may set it aside'}.`,
  };
};

/** The roles that every window lets through. */
const overriders = (holding: readonly HoldingWindow[]): string => {
  const roles = (holding[0]?.overrideRoles ?? []).filter((role) =>
    holding.every(({ overrideRoles }) => overrideRoles.includes(role)),
  );
  return roles.length > 0 ? `the role ${roles.join(' or ')}` : '';
};

export type Requires = { environment: string; soakSeconds: number };

/** What is missing before a version may follow from another environment; null when nothing is. */
export const promotionMissing = (
  what: { service: string; version: string },
  { environment, soakSeconds }: Requires,
  inCharge: readonly { from: number; until: number | null }[],
  now: number,
): Refusal | null => {
  const spans = inCharge.map(({ from, until }) => (until ?? now) - from);
  if (spans.some((span) => span >= soakSeconds * 1_000)) return null;
  const newest = inCharge[0];
  const name = `${what.service} ${what.version}`;
  if (!newest)
    return {
      reason: 'promotion',
      text: `${name} has not succeeded in ${environment}, with the same digest. Release it there first.`,
    };
  return {
    reason: 'promotion',
    text:
      newest.until === null
        ? `${name} has been in ${environment} for ${durationText(Math.floor((now - newest.from) / 1_000))} and must be there for ${durationText(soakSeconds)}. Start again after ${momentText(newest.from + soakSeconds * 1_000)}.`
        : `${name} was replaced in ${environment} before it had been there for ${durationText(soakSeconds)}. Release it there again first.`,
  };
};

/** Why a version that was rolled back here may not start again just so; null when it may. */
export const quarantined = (
  what: { service: string; version: string; environment: string },
  at: number | null,
  reason: string | undefined,
): Refusal | null =>
  at === null || reason
    ? null
    : {
        reason: 'quarantined',
        text: `${what.service} ${what.version} was rolled back in ${what.environment} on ${momentText(at)}. Give a reason to try it again; another person then has to approve it.`,
      };
