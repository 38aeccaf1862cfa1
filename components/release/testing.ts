/** A release for the tests of components; every action refused until a test allows it. */
import { type ReleaseView, releaseActions } from '#lib/contract/release.ts';

const refused = { allowed: false as const, reason: 'not-allowed', text: 'A viewer may not do this.' };

export const releaseFixture = (over: Partial<ReleaseView>): ReleaseView => ({
  id: '0198f000-0000-7000-8000-000000000000',
  service: 'shop',
  serviceName: 'Shop',
  environment: 'prod',
  environmentName: 'Production',
  version: '1.4.0',
  versionDigest: `sha256:${'0'.repeat(64)}`,
  baselineVersion: '1.3.0',
  plan: { name: 'shop-canary', revision: 1, digest: `sha256:${'1'.repeat(64)}` },
  strategy: 'canary',
  state: 'running',
  outcome: null,
  headline: 'shop 1.4.0 is at 5 % in Production',
  stage: { index: 0, name: 'first', share: 5, startedAt: '2026-11-23T06:00:00.000Z' },
  stages: [],
  stateVersion: 3,
  startedAt: '2026-11-23T06:00:00.000Z',
  startedBy: 'Ana',
  reason: null,
  finishedAt: null,
  pausedBy: null,
  queued: null,
  nextAt: null,
  nextText: 'It goes to 25 % when there is enough evidence.',
  requirements: [],
  exposure: { share: 5, shareAfterAdvance: 25, requestsPerMinute: 300, badRequests: 4, clusters: 1 },
  targets: [],
  verdict: null,
  actions: Object.fromEntries(releaseActions.map((action) => [action, refused])) as ReleaseView['actions'],
  retryOf: null,
  ...over,
});
