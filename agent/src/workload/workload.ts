/** A workload driver brings the version of a track up and down on behalf of the agent. */
import type { Track } from '../protocol.ts';

export type WorkloadState = { version: string; digest: string; healthy: boolean } | null;

export type Workload = {
  /** Makes `version` run on `track` and waits until its check passes. Idempotent. Throws `WorkloadError`. */
  ensure(track: Track, artifact: { version: string; digest: string }, signal: AbortSignal): Promise<void>;
  /** Stops what runs on `track`. Idempotent. */
  stop(track: Track, signal: AbortSignal): Promise<void>;
  /** What runs on `track` now, by asking it, not by remembering; null when nothing runs or it is not managed here. */
  state(track: Track, signal: AbortSignal): Promise<WorkloadState>;
  /** False for `none`: somebody else brings versions up and down. */
  managed: boolean;
  close(): Promise<void>;
};

/** A command failed, timed out or is not on the agent's allow list; the message names it and the fix. */
export class WorkloadError extends Error {
  override readonly name = 'WorkloadError';
}
