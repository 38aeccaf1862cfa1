import { describe, expect, test } from 'vitest';
import { answerFor, deployment, h, incident } from './testing.ts';

const linksOf = (...args: Parameters<typeof answerFor>) => answerFor(...args).incident_links;

describe('R8: which deployment caused an incident', () => {
  const deployments = [deployment('a', 1), deployment('b', 5), deployment('api', 5, { service: 'api' })];

  test('the last one of each affected service that began before the impact', () => {
    const incidents = [incident('i', 6, { services: ['web', 'api'] }), incident('j', 4.9)];
    expect(linksOf({ deployments, incidents })).toEqual({ i: ['api', 'b'], j: ['a'] });
  });

  test('one that is still under way counts, once it has reached anybody', () => {
    const running = deployment('c', 6, { finishedAt: null, status: 'in_progress', maxExposure: 10 });
    const incidents = [incident('i', 6)];
    expect(linksOf({ deployments: [...deployments, running], incidents })).toEqual({ i: ['c'] });
    const unseen = { ...running, maxExposure: null };
    expect(linksOf({ deployments: [...deployments, unseen], incidents })).toEqual({ i: ['b'] });
  });

  test('a rollback hides what was before it, a canceled deployment does not', () => {
    const incidents = [incident('i', 8)];
    const rollback = deployment('back', 7, { kind: 'rollback' });
    expect(linksOf({ deployments: [...deployments, rollback], incidents })).toEqual({ i: [] });
    const canceled = deployment('no', 7, { status: 'canceled', maxExposure: 10 });
    expect(linksOf({ deployments: [...deployments, canceled], incidents })).toEqual({ i: ['b'] });
  });

  test('the link window ends exactly its hours after the finish', () => {
    const incidents = [incident('in', 29.1), incident('out', 29.100001)];
    expect(linksOf({ deployments, incidents })).toEqual({ in: ['b'], out: [] });
    expect(linksOf({ deployments, incidents }, { linkWindowHours: 48 })).toMatchObject({ out: ['b'] });
  });

  test('a named cause wins over time and service, and an unknown one links nothing', () => {
    const incidents = [
      incident('named', 500, { causedBy: ['a', 'api'] }),
      incident('nobody', 6, { causedBy: ['unheard-of'] }),
    ];
    expect(linksOf({ deployments, incidents })).toEqual({ named: ['a', 'api'], nobody: [] });
  });

  test('drills, duplicates, other severities and outside causes are skipped with the reason', () => {
    const incidents = [
      incident('drill', 6, { drill: true, causedBy: ['a'] }),
      incident('twin', 6, { duplicateOf: 'x' }),
      incident('minor', 6, { severity: 4 }),
      incident('cloud', 6, { cause: 'external' }),
    ];
    const { incidents_skipped, incident_links, total } = answerFor({ deployments, incidents });
    expect(incidents_skipped).toEqual({
      drill: 'drill',
      twin: 'duplicate',
      minor: 'severity',
      cloud: 'external',
    });
    expect(incident_links).toEqual({});
    expect(total.change_failure.failed).toBe(0);
    const all = answerFor({ deployments, incidents }, { severities: [1, 2, 3, 4] });
    expect(all.incident_links).toEqual({ minor: ['b'] });
  });

  test('what people said stands: confirmed against later rows, changed, rejected, and taken back', () => {
    const incidents = [incident('i', 6)];
    const said = (
      decision: 'confirm' | 'change' | 'reject',
      deploymentId: string,
      insteadId: string | null = null,
    ) => ({
      incidentId: 'i',
      decision,
      deploymentId,
      insteadId,
    });
    const late = deployment('late', 5.5);
    expect(
      linksOf({ deployments: [...deployments, late], incidents, decisions: [said('confirm', 'b')] }),
    ).toEqual({
      i: ['b'],
    });
    expect(linksOf({ deployments, incidents, decisions: [said('change', 'b', 'api')] })).toEqual({
      i: ['api'],
    });
    expect(linksOf({ deployments, incidents, decisions: [said('reject', 'b')] })).toEqual({ i: [] });
    expect(
      linksOf({ deployments, incidents, decisions: [said('reject', 'b'), said('confirm', 'b')] }),
    ).toEqual({
      i: ['b'],
    });
  });
});

describe('R9: recovery', () => {
  const bad = deployment('bad', 1);

  test('incidents of one change are one outage, open as long as one of them is', () => {
    const incidents = [incident('i', 2), incident('j', 2.5, { resolvedAt: h(7) })];
    const { recoveries, total } = answerFor({ deployments: [bad], incidents });
    expect(recoveries.bad).toEqual({
      start: new Date(h(2)).toISOString(),
      end: new Date(h(7)).toISOString(),
      s: 5 * 3600,
      from_deploy_s: 5.9 * 3600,
    });
    expect(total.recovery).toMatchObject({
      n: 1,
      median_s: 5 * 3600,
      from_deploy_median_s: 5.9 * 3600,
      open: 0,
    });
    const open = answerFor({
      deployments: [bad],
      incidents: [...incidents, incident('k', 3, { resolvedAt: null })],
    });
    expect(open.recoveries.bad).toMatchObject({ end: null, s: null, from_deploy_s: null });
    expect(open.total.recovery).toMatchObject({ n: 0, median_s: null, open: 1 });
  });

  test('without incidents the earliest fix ends it, and without a fix the rollout itself', () => {
    const fixed = answerFor({
      deployments: [
        bad,
        deployment('back', 5, { kind: 'rollback', rollbackOf: 'bad' }),
        deployment('fix', 3, { kind: 'hotfix', remediates: 'bad' }),
      ],
    });
    expect(fixed.recoveries.bad).toMatchObject({ s: 2 * 3600, from_deploy_s: 2 * 3600 });
    const aborted = answerFor({ deployments: [{ ...bad, status: 'aborted', maxExposure: 5 }] });
    expect(aborted.recoveries.bad).toMatchObject({ s: 360, from_deploy_s: 360 });
  });

  test('a late end counts in the window in which it ends, the failure in that of the change', () => {
    const incidents = [incident('late', 3, { resolvedAt: h(200) })];
    const { by_week } = answerFor({ deployments: [bad], incidents });
    expect(by_week.map((week) => [week.change_failure.failed, week.recovery.n])).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });
});
