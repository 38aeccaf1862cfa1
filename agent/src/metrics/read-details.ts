/** What a reading says besides counts: amounts, gauges, routes, fingerprints and ages. */
import { TRACKS, type Track } from '../protocol.ts';
import {
  type Amounts,
  detailsProblem,
  FINGERPRINTS_MAX,
  INSTANCES_MAX,
  READINGS_MAX,
  ROUTES_MAX,
  type SampleDetails,
  sampleDetailsSchema,
} from '../sample-details.ts';
import { Heaviest, nameOf } from './heaviest.ts';
import type { MeanRole, MetricRoles } from './metric-roles.ts';
import { readAmounts } from './read-amounts.ts';
import type { InstanceTotals, SeriesIncrease, TrackIncrease } from './track-memory.ts';

type RouteCounts = { requests: number; errors: number };

/** One track at one time; `edges` are the bucket edges that both tracks have, by `mean` metric. */
export type DetailsInput = {
  at: number;
  increase: TrackIncrease;
  instances: readonly InstanceTotals[];
  edges: ReadonlyMap<string, readonly number[]>;
  counted: { requests: number; errors: number };
};

export class DetailsReader {
  readonly #roles: MetricRoles;
  readonly #routes = new Heaviest(ROUTES_MAX - 1);
  readonly #fingerprints = new Heaviest(FINGERPRINTS_MAX - 1);

  constructor(roles: MetricRoles) {
    this.#roles = roles;
  }

  /** Takes in what both tracks counted, before `of` is asked for either. */
  learn(increases: Partial<Record<Track, TrackIncrease | null>>): void {
    const all = TRACKS.flatMap((track) => increases[track] ?? []);
    const { requests, errors, routeLabel, fingerprintLabel } = this.#roles;
    if (routeLabel !== null)
      this.#routes.learn(
        sumBy(
          all.flatMap(({ counters }) => counters.get(requests) ?? []),
          routeLabel,
        ),
      );
    if (fingerprintLabel !== null && errors !== null)
      this.#fingerprints.learn(
        sumBy(
          all.flatMap(({ counters }) => counters.get(errors) ?? []),
          fingerprintLabel,
        ),
      );
  }

  /** Null when the source reads nothing but counts; `problems` say in words why something is left out. */
  of(input: DetailsInput): { details: SampleDetails | null; problems: string[] } {
    const { means, gauges, started, fingerprintLabel } = this.#roles;
    const amounts = amountsOf(means, input);
    const routes = this.#routesOf(input.increase);
    const details: SampleDetails = {
      ...(means.length > 0 ? { amounts: amounts.known } : {}),
      ...(gauges.length > 0 ? { gauges: gaugesOf(gauges, input) } : {}),
      ...(routes && 'known' in routes ? { routes: routes.known } : {}),
      ...(fingerprintLabel === null
        ? {}
        : { fingerprints: this.#fingerprintsOf(fingerprintLabel, input.increase) }),
      ...(started ? { youngestSeconds: youngest(input) } : {}),
    };
    const problems = [...amounts.problems, ...(routes && 'problem' in routes ? [routes.problem] : [])];
    if (Object.keys(details).length === 0) return { details: null, problems };
    const problem = detailsProblem(details, input.counted);
    if (problem !== null) return { details: null, problems: [...problems, problem] };
    if (sampleDetailsSchema.safeParse(details).success) return { details, problems };
    return { details: null, problems: [...problems, 'amounts, gauges or ages are out of any range'] };
  }

  #routesOf({
    counters,
  }: TrackIncrease): { known: Record<string, RouteCounts> } | { problem: string } | null {
    const { requests, errors, routeLabel } = this.#roles;
    if (routeLabel === null) return null;
    const sent = this.#grouped(counters.get(requests) ?? [], routeLabel, this.#routes);
    const failed = this.#grouped(
      errors === null ? [] : (counters.get(errors) ?? []),
      routeLabel,
      this.#routes,
    );
    const known = [...new Set([...sent.keys(), ...failed.keys()])].map((name): [string, RouteCounts] => [
      name,
      { requests: sent.get(name) ?? 0, errors: failed.get(name) ?? 0 },
    ]);
    const misfit = known.find(([, one]) => one.errors > one.requests);
    return misfit ? { problem: misfitText(misfit, routeLabel) } : { known: Object.fromEntries(known) };
  }

  #fingerprintsOf(label: string, { counters }: TrackIncrease): Record<string, number> {
    const { errors } = this.#roles;
    const failed = errors === null ? [] : (counters.get(errors) ?? []);
    return Object.fromEntries(this.#grouped(failed, label, this.#fingerprints));
  }

  #grouped(series: readonly SeriesIncrease[], label: string, heaviest: Heaviest): Map<string, number> {
    const groups = new Map<string, number>();
    for (const [name, count] of sumBy(series, label)) {
      const group = heaviest.of(name);
      if (count > 0) groups.set(group, (groups.get(group) ?? 0) + count);
    }
    return groups;
  }
}

const misfitText = ([route, { requests, errors }]: [string, RouteCounts], label: string): string =>
  `route ${route} has ${errors} errors of ${requests} requests; requests and errors must both carry the label ${label} (source.routes)`;

const sumBy = (series: readonly SeriesIncrease[], label: string): Map<string, number> => {
  const sums = new Map<string, number>();
  for (const { labels, count } of series) {
    const name = nameOf(labels.get(label));
    sums.set(name, (sums.get(name) ?? 0) + count);
  }
  return sums;
};

const amountsOf = (
  means: readonly MeanRole[],
  { increase, edges }: DetailsInput,
): { known: Record<string, Amounts>; problems: string[] } => {
  const known: [string, Amounts][] = [];
  const problems: string[] = [];
  for (const mean of means) {
    const counted = increase.amounts.get(mean.name);
    if (!counted) continue;
    const read = readAmounts(mean, counted, edges.get(mean.name) ?? []);
    if ('problem' in read) problems.push(read.problem);
    else known.push([mean.name, read.amounts]);
  }
  return { known: Object.fromEntries(known), problems };
};

/** The same instances for every gauge: the first by name, as many as the wire carries. */
const gaugesOf = (
  gauges: readonly string[],
  { at, instances }: DetailsInput,
): NonNullable<SampleDetails['gauges']> => {
  const kept = Math.min(INSTANCES_MAX, Math.floor(READINGS_MAX / gauges.length));
  const named = new Map(instances.map((totals) => [nameOf(totals.instance), totals]));
  const shown = [...named].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, kept);
  return Object.fromEntries(
    gauges.map((gauge) => [
      gauge,
      shown.flatMap(([instance, totals]) => {
        const value = totals.gauges?.get(gauge);
        return value === undefined ? [] : [{ instance, ageSeconds: ageOf(totals, at), value }];
      }),
    ]),
  );
};

const youngest = ({ at, instances }: DetailsInput): number | null => {
  const ages = instances.flatMap((totals) => ageOf(totals, at) ?? []);
  return ages.length === 0 ? null : Math.min(...ages);
};

/** Milliseconds are enough, and a clock slightly behind makes nobody unborn. */
const ageOf = ({ startedAt }: InstanceTotals, at: number): number | null =>
  startedAt === undefined ? null : Math.max(0, Math.round(at - startedAt) / 1_000);
