import type { MetricState } from './state.ts';

/** How a metric is judged, in a few words. */
export function methodOf({ evidence }: MetricState): string {
  switch (evidence.type) {
    case 'proportion':
      return 'split of failures or events between the arms';
    case 'latency':
      return 'stochastic order of latencies';
    case 'count':
      return 'events against the assigned share';
    case 'mean':
      return 'betting on differences of bounded means';
    case 'gauge':
      return 'instances of the same age';
  }
}
