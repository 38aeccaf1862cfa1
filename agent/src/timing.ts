/** Every interval of the agent in one place, milliseconds; PROTOCOL's numbers. */
export type Timing = {
  heartbeatMs: number;
  /** Heartbeat of targets in a release, so that pages see the share move. */
  activeHeartbeatMs: number;
  reconnectMsMin: number;
  reconnectMsMax: number;
  /** A session this long counts as stable: the next reconnect begins with the shortest delay. */
  stableMs: number;
  retryMsMin: number;
  retryMsMax: number;
  resendMsMin: number;
  resendMsMax: number;
  observeTimeoutMs: number;
  ackTimeoutMs: number;
  handshakeTimeoutMs: number;
};

export const TIMING: Timing = {
  heartbeatMs: 10_000,
  activeHeartbeatMs: 2_000,
  reconnectMsMin: 1_000,
  reconnectMsMax: 60_000,
  stableMs: 60_000,
  retryMsMin: 1_000,
  retryMsMax: 30_000,
  resendMsMin: 2_000,
  resendMsMax: 30_000,
  observeTimeoutMs: 3_000,
  ackTimeoutMs: 10_000,
  handshakeTimeoutMs: 10_000,
};

/** `ms` give or take a fifth, so that a fleet does not beat in step. */
export function spread(ms: number, random: () => number = Math.random): number {
  return ms * (0.8 + 0.4 * random());
}

/** The nth delay (from 0) of a doubling wait between `min` and `max`. */
export function doubling(n: number, min: number, max: number): number {
  return Math.min(max, min * 2 ** Math.min(n, 30));
}
