import { describe, expect, it } from 'vitest';
import type { AgentView } from '#lib/contract/config.ts';
import { lostAgents } from './modes.ts';
import { DESTINATIONS, isAt } from './navigation.ts';

const agent = (cluster: string, over: Partial<AgentView>): AgentView => ({
  id: '0198f000-0000-7000-8000-000000000000',
  cluster,
  environment: 'prod',
  connected: true,
  since: null,
  lastSeenAt: '2026-11-23T06:00:00Z',
  version: '0.1.0',
  capabilities: [],
  clockSkewMs: null,
  revoked: false,
  enrolledAt: '2026-11-23T05:00:00Z',
  targets: [],
  ...over,
});

describe('the mode strip', () => {
  it('names agents that were in contact and are not, and no others', () => {
    const agents = [
      agent('here', {}),
      agent('lost', { connected: false }),
      agent('revoked', { connected: false, revoked: true }),
      agent('never', { connected: false, lastSeenAt: null }),
    ];
    expect(lostAgents(agents).map(({ cluster }) => cluster)).toEqual(['lost']);
  });
});

describe('the navigation', () => {
  const at = (path: string) => DESTINATIONS.filter((each) => isAt(each, path)).map(({ label }) => label);

  it('marks exactly one destination, on the pages below it too', () => {
    expect(at('/')).toEqual(['Now']);
    expect(at('/releases')).toEqual(['Releases']);
    expect(at('/releases/1')).toEqual(['Releases']);
    expect(at('/new-plan')).toEqual(['Plans']);
  });
});
