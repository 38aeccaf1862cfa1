import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answerFor, commit, deployment, h, incident } from './testing.ts';
import { DEPLOYMENT_KINDS, DEPLOYMENT_STATUSES, type History } from './types.ts';

const service = fc.constantFrom('web', 'api');
const shas = Array.from({ length: 12 }, (_, index) => `c${index}`);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });

/** Commits point back only, so that there is no cycle; deployments overlap, share groups and name each other. */
const histories: fc.Arbitrary<History> = fc.record({
  commits: fc
    .array(
      fc.record({ parents: fc.array(fc.nat(11), { maxLength: 2 }), at: fc.integer({ min: -40, max: 300 }) }),
      {
        minLength: shas.length,
        maxLength: shas.length,
      },
    )
    .chain((rows) =>
      fc
        .array(maybe(fc.subarray(['web', 'api'])), { minLength: 12, maxLength: 12 })
        .map((touched) =>
          rows.map(({ parents, at }, index) =>
            commit(
              `c${index}`,
              [...new Set(parents.filter((parent) => parent < index).map((parent) => `c${parent}`))],
              at,
              touched[index] ?? null,
            ),
          ),
        ),
    ),
  deployments: fc
    .array(
      fc.record({
        service,
        at: fc.integer({ min: 0, max: 330 }),
        took: maybe(fc.integer({ min: 0, max: 20 })),
        groupId: maybe(fc.constantFrom('g1', 'g2', 'g3')),
        commitSha: maybe(fc.constantFrom(...shas, 'unknown')),
        kind: maybe(fc.constantFrom(...DEPLOYMENT_KINDS)),
        status: fc.constantFrom(...DEPLOYMENT_STATUSES),
        maxExposure: maybe(fc.constantFrom(0, 5, 100)),
        rollbackOf: maybe(fc.constantFrom('d0', 'd1', 'g1', 'nobody')),
        remediates: maybe(fc.constantFrom('d0', 'd2', 'g2')),
        drill: fc.boolean(),
      }),
      { maxLength: 14 },
    )
    .map((rows) =>
      rows.map(({ at, took, ...row }, index) =>
        deployment(`d${index}`, at, { ...row, finishedAt: took === null ? null : h(at + took) }),
      ),
    ),
  incidents: fc
    .array(
      fc.record({
        at: fc.integer({ min: 0, max: 330 }),
        took: maybe(fc.integer({ min: 0, max: 40 })),
        services: fc.subarray(['web', 'api']),
        causedBy: fc.subarray(['d0', 'g1', 'nobody']),
      }),
      { maxLength: 5 },
    )
    .map((rows) =>
      rows.map(({ at, took, ...row }, index) =>
        incident(`i${index}`, at, { ...row, resolvedAt: took === null ? null : h(at + took) }),
      ),
    ),
  decisions: fc.constant([]),
});

test('the order of rows means nothing', () => {
  fc.assert(
    fc.property(histories, fc.infiniteStream(fc.nat()), (history, order) => {
      const shuffled = <T>(rows: readonly T[]) =>
        rows
          .map((row) => ({ row, place: order.next().value }))
          .sort((a, b) => a.place - b.place)
          .map(({ row }) => row);
      const { deployments, commits, incidents, decisions } = history;
      const other = {
        deployments: shuffled(deployments),
        commits: shuffled(commits),
        incidents: shuffled(incidents),
        decisions,
      };
      expect(answerFor(other)).toEqual(answerFor(history));
    }),
  );
});

test('no more changes fail than there are, and none fails twice', () => {
  fc.assert(
    fc.property(histories, (history) => {
      const { total, by_week, by_service } = answerFor(history);
      for (const { change_failure, rework, deployments } of [
        total,
        ...by_week,
        ...Object.values(by_service),
      ]) {
        expect(change_failure.failed).toBeLessThanOrEqual(change_failure.changes);
        expect(change_failure.contained).toBeLessThanOrEqual(change_failure.failed);
        expect(rework.rework).toBeLessThanOrEqual(deployments);
      }
    }),
  );
});

test('the weeks, the months and the services of a window add up to it', () => {
  fc.assert(
    fc.property(
      histories,
      fc.constantFrom('UTC', 'Asia/Kolkata', 'America/New_York'),
      (history, timezone) => {
        const { total, by_week, by_month, by_service } = answerFor(history, { timezone });
        const counted = ({ deployments, change_failure, recovery, rework, lead_time }: typeof total) => [
          deployments,
          change_failure.changes,
          change_failure.failed,
          recovery.n,
          recovery.open,
          rework.rework,
          lead_time.n,
          lead_time.skewed,
        ];
        const sum = (parts: (typeof total)[]) =>
          parts
            .map(counted)
            .reduce((a, b) => a.map((value, index) => value + (b[index] ?? 0)), counted(total).fill(0));
        expect(sum(by_week)).toEqual(counted(total));
        expect(sum(by_month)).toEqual(counted(total));
        expect(sum(Object.values(by_service))).toEqual(counted(total));
      },
    ),
  );
});

test('a commit counts at most once for a service, however often it is deployed', () => {
  fc.assert(
    fc.property(histories, (history) => {
      const { total, lead_time_samples } = answerFor(history, { from: '2026-02-01', to: '2026-04-01' });
      expect(Object.keys(lead_time_samples)).toHaveLength(total.lead_time.n);
    }),
  );
});
