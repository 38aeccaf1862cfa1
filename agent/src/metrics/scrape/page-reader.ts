/** Picks the totals of one instance out of its metrics page. */
import type { Track } from '../../protocol.ts';
import type { CompiledSelector } from '../compile-selector.ts';
import { isCounted, type MetricRoles } from '../metric-roles.ts';
import type { ResolvedQueries } from '../resolve-queries.ts';
import { SourceError } from '../source.ts';
import type { MetricsPage, Sample } from '../text-format.ts';
import { TotalsBuilder } from '../totals.ts';
import type { InstanceTotals } from '../track-memory.ts';

/**
 * Tells "no event yet" from "wrong selector". A metric without any series counts as zero only if some page has
 * shown or announced its name, and a page that has the metric without a label that the selector asks for is
 * unreadable: a renamed label must not look like a version without errors.
 */
export class PageReader {
  /** Names of the metrics to keep from a page. */
  readonly wanted: ReadonlySet<string>;
  readonly #queries: ResolvedQueries;
  readonly #roles: MetricRoles;
  readonly #known = new Set<string>();

  constructor(queries: ResolvedQueries, roles: MetricRoles) {
    this.#queries = queries;
    this.#roles = roles;
    const selectors = Object.values(queries.selectors).flatMap((byKey) => [...byKey.values()]);
    this.wanted = new Set(selectors.map(({ selector }) => selector.name));
  }

  /** Remembers which metrics exist. */
  learn(page: MetricsPage): void {
    for (const name of page.known) this.#known.add(name);
  }

  /** The totals, or in words why the page cannot be used. */
  totals(track: Track, url: string, page: MetricsPage): InstanceTotals | string {
    try {
      const totals = new TotalsBuilder(url, this.#roles);
      for (const [key, query] of this.#queries.selectors[track]) this.#select(key, query, page, totals);
      return totals.done();
    } catch (error) {
      if (error instanceof SourceError) return error.message;
      throw error;
    }
  }

  #select(key: string, query: CompiledSelector, page: MetricsPage, totals: TotalsBuilder): void {
    const { name } = query.selector;
    const ofName = page.samples.filter((sample) => sample.name === name);
    const selected = ofName.filter((sample) => query.matches(sample.labels));
    for (const { labels, value } of selected) totals.add(key, name, labels, value);
    if (selected.length > 0) return;
    const problem = this.#absenceOf(key, query, ofName);
    if (problem === null) return;
    if (isCounted(this.#roles, key)) throw new SourceError(problem);
    totals.breakOff(key, problem);
  }

  /** A counter without series has counted nothing; a gauge without series says nothing. */
  #absenceOf(key: string, { selector, requiredLabels }: CompiledSelector, ofName: Sample[]): string | null {
    const { name } = selector;
    if (!this.#known.has(name)) return `shows no metric ${name} (source.metrics.${key})`;
    const absent = requiredLabels.find(
      (label) => ofName.length > 0 && !ofName.some((sample) => sample.labels.has(label)),
    );
    return absent === undefined ? null : `shows ${name} without the label ${absent} (source.metrics.${key})`;
  }
}
