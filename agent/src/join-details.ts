import { type Amounts, FINGERPRINTS_MAX, OTHER, ROUTES_MAX, type SampleDetails } from './sample-details.ts';

/** The details of two neighbouring spans as those of one: what was counted is added up, the rest is the later one's. */
export function joinDetails(
  earlier: SampleDetails | null,
  later: SampleDetails | null,
): SampleDetails | null {
  // Half of the span would pass for all of it.
  if (earlier === null || later === null) return null;
  const { amounts, routes, fingerprints, ...readings } = later;
  return {
    ...readings,
    ...joined('amounts', addRecords(earlier.amounts, amounts, addAmounts, null)),
    ...joined('routes', addRecords(earlier.routes, routes, addRoutes, ROUTES_MAX)),
    ...joined(
      'fingerprints',
      addRecords(earlier.fingerprints, fingerprints, (a, b) => a + b, FINGERPRINTS_MAX),
    ),
  };
}

/** Undefined unless both have it. With more than `namesMax` names, those that only one of them knows become "other". */
function addRecords<T>(
  a: Record<string, T> | undefined,
  b: Record<string, T> | undefined,
  add: (a: T, b: T) => T,
  namesMax: number | null,
): Record<string, T> | undefined {
  if (a === undefined || b === undefined) return undefined;
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  const all = new Map<string, T>();
  for (const [name, value] of [...Object.entries(a), ...Object.entries(b)]) {
    const isShared = Object.hasOwn(a, name) && Object.hasOwn(b, name);
    const place = namesMax === null || names.size <= namesMax || isShared ? name : OTHER;
    const known = all.get(place);
    all.set(place, known === undefined ? value : add(known, value));
  }
  return Object.fromEntries(all);
}

function joined<K extends string, T>(key: K, value: T | undefined): { [P in K]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: T });
}

function addAmounts(a: Amounts, b: Amounts): Amounts {
  return { n: a.n + b.n, sum: a.sum + b.sum, sumOfSquares: a.sumOfSquares + b.sumOfSquares };
}

type RouteCounts = { requests: number; errors: number };

function addRoutes(a: RouteCounts, b: RouteCounts): RouteCounts {
  return { requests: a.requests + b.requests, errors: a.errors + b.errors };
}
