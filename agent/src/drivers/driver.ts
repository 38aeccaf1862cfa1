/**
 * A driver speaks to one kind of router. Every driver passes the suite in `contract.ts` against the real
 * program; nothing outside a driver knows how its router works.
 */

/** Shares in basis points: 10,000 is all the traffic. */
export type RouterWish = { generation: number; basisPoints: number };

export type RouterReading = {
  /** The share the router is set to, read back; null when it cannot be read. */
  setBasisPoints: number | null;
  /** The canary's part of the requests the router counted since the last change; null before the first request. */
  seenBasisPoints: number | null;
  /** Requests that `seenBasisPoints` was computed from. */
  seenRequests: number;
  /** Does the read-back equal the last wish? `unknown` when it could not be read. */
  confirmed: 'yes' | 'no' | 'unknown';
  /** Names the running router process, so that a restart or reload shows; null when unknown. */
  identity: string | null;
  problem: string | null;
};

export type Driver = {
  /** Sets the share, canary side first when rising, and reads it back. Idempotent. Throws `DriverError` when the router refuses or cannot be reached. */
  apply(wish: RouterWish, signal: AbortSignal): Promise<RouterReading>;
  /** Reads without changing anything; never throws for an unreachable router, says so in `problem`. */
  observe(signal: AbortSignal): Promise<RouterReading>;
  /** All traffic to the baseline; needs no control plane. */
  restore(signal: AbortSignal): Promise<RouterReading>;
  /** What `apply` would change, in words, for confirm panels and dry runs. */
  describe(wish: RouterWish, signal: AbortSignal): Promise<string>;
  /** Frees sockets and timers; leaves the traffic as it is. */
  close(): Promise<void>;
};

/** A router said no or could not be reached; the message names the field of the target document and the fix. */
export class DriverError extends Error {
  override readonly name = 'DriverError';
}
