/** Somebody else brings versions up and down: a deployment pipeline, Kubernetes, a person. */
import type { Workload } from './workload.ts';

export const createNoWorkload = (): Workload => ({
  managed: false,
  ensure: async () => undefined,
  stop: async () => undefined,
  state: async () => null,
  close: async () => undefined,
});
