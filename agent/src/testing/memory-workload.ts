import type { Track } from '../protocol.ts';
import { type Workload, WorkloadError, type WorkloadState } from '../workload/workload.ts';

export type MemoryWorkload = Workload & {
  readonly tracks: Record<Track, WorkloadState>;
  readonly calls: string[];
  /** Versions that never come up. */
  readonly broken: Set<string>;
  /** While set, bringing a version up waits for it, or for the abort. */
  gate: Promise<void> | null;
};

/** Versions that run in memory, for what the agent does around them. */
export function memoryWorkload(): MemoryWorkload {
  const tracks: Record<Track, WorkloadState> = { canary: null, baseline: null };
  const workload: MemoryWorkload = {
    managed: true,
    tracks,
    calls: [],
    broken: new Set(),
    gate: null,
    async ensure(track, artifact, signal) {
      workload.calls.push(`ensure ${track} ${artifact.version}`);
      if (workload.gate !== null) await orAborted(workload.gate, signal);
      if (workload.broken.has(artifact.version))
        throw new WorkloadError(`${artifact.version} does not come up`);
      tracks[track] = { ...artifact, healthy: true };
    },
    async stop(track) {
      workload.calls.push(`stop ${track}`);
      tracks[track] = null;
    },
    state: async (track) => tracks[track],
    close: async () => undefined,
  };
  return workload;
}

function orAborted(gate: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new WorkloadError('aborted')), { once: true });
    gate.then(resolve);
  });
}
