import type { AnalysisPolicy } from './contract.ts';

/**
 * The policy of a plan that says nothing. A healthy canary is rolled back at most once in a hundred releases;
 * a stage may advance once "less than twice the baseline, or less than 1 failure in 1,000" is shown with a doubt
 * of at most 5 %, because a wrong step forward stays under watch while a wrong claim of harm ends the release.
 * The margins absorb what hosts differ by: errors 10 %, latency 5 %, business rates 1 %.
 */
export const defaultAnalysisPolicy: AnalysisPolicy = {
  alpha: 0.01,
  warmupSeconds: 90,
  everySeconds: 5,
  advance: { ratioMax: 2, rateMax: 0.001, alpha: 0.05 },
  metrics: [
    { name: 'errors', margin: 0.1, weight: 0.5 },
    { name: 'latency', margin: 0.05, weight: 0.35 },
  ],
};
