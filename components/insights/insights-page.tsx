'use client';

import { useQuery } from '@tanstack/react-query';
import { useRouter, useSearchParams } from 'next/navigation';
import {
  type DoraScope,
  doraDistributionQuery,
  doraQuery,
  doraSettingsQuery,
} from '#lib/client/insight-queries.ts';
import { useWatch } from '#lib/client/live-context.tsx';
import { topics } from '#lib/client/topics.ts';
import type { DoraSettingsView, DoraView } from '#lib/contract/dora.ts';
import { routes } from '#lib/routes.ts';
import { Page, Section } from '../ui/page.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { DistributionChart } from './distribution-chart.tsx';
import { FilterBar } from './filter-bar.tsx';
import { filtersOf, type InsightFilters, type Metric, searchOf } from './filters.ts';
import { HowCounted } from './how-counted.tsx';
import { Incidents } from './incidents.tsx';
import classes from './insights.module.css';
import { MetricCard } from './metric-card.tsx';
import { METRIC_VIEWS } from './metrics.ts';
import { NothingYet } from './nothing-yet.tsx';
import { RowsDrawer } from './rows-drawer.tsx';
import { scopeOf } from './scope.ts';
import { Scores } from './scores.tsx';
import { ServiceTable } from './service-table.tsx';
import { UndeployedCard } from './undeployed-card.tsx';
import { dayWords, sampled, windowWords } from './words.ts';

/** Are we getting better? Own trend first, every number with its rows; the whole view is in the address. */
export const InsightsPage = ({ now }: { now: number }) => {
  useWatch(topics.config);
  useWatch(topics.releases);
  const router = useRouter();
  const search = useSearchParams();
  const filters = filtersOf((name) => search.get(name));
  const settings = useQuery(doraSettingsQuery()).data;
  const timezone = settings?.timezone ?? 'UTC';
  const scope = scopeOf(filters, timezone, now);
  const { data, error, refetch } = useQuery(doraQuery(scope));
  const { service: _, ...everywhere } = scope;
  const services = Object.keys(useQuery(doraQuery(everywhere)).data?.by_service ?? {});
  const go = (change: Partial<InsightFilters>) =>
    router.replace(routes.insights(searchOf({ ...filters, ...change })), { scroll: false });
  return (
    <Page
      title="Insights"
      lede="How changes reach people, and what they break. Compared with your own past; a number is a question, never a goal."
    >
      <FilterBar filters={filters} services={services} timezone={timezone} onChange={go} />
      {error && <ProblemNote error={error} retry={() => void refetch()} />}
      {data && isEmpty(data) && !filters.service && <NothingYet />}
      {data && !(isEmpty(data) && !filters.service) && (
        <Numbers data={data} filters={filters} scope={scope} settings={settings} go={go} />
      )}
      <RowsDrawer
        metric={filters.rows}
        scope={{ ...scope, from: filters.start ?? scope.from, to: filters.end ?? scope.to }}
        onClose={() => go({ rows: null, start: null, end: null })}
      />
    </Page>
  );
};

type NumbersProps = {
  data: DoraView;
  filters: InsightFilters;
  scope: DoraScope;
  settings: DoraSettingsView | undefined;
  go: (change: Partial<InsightFilters>) => void;
};

const Numbers = ({ data, filters, scope, settings, go }: NumbersProps) => {
  const windows = filters.by === 'month' ? data.by_month : data.by_week;
  const moving = windows.find(({ still_moving }) => still_moving);
  const openRows = (metric: Metric, window?: { start: string; end: string }) =>
    go({ rows: metric, start: window?.start ?? null, end: window?.end ?? null });
  return (
    <>
      <Section
        id="trend"
        title={filters.service ?? 'All services together'}
        note={`${windowWords(data.from, data.to)}, days of ${data.timezone}`}
      >
        {moving && (
          <p className={classes.moving}>
            Still moving since {dayWords(moving.start)}: incidents may still be linked to changes of these
            days.
          </p>
        )}
        <div className={classes.grid}>
          {METRIC_VIEWS.map((view) => (
            <MetricCard
              key={view.metric}
              view={view}
              total={data.total}
              windows={windows}
              by={filters.by}
              onRows={(window) => openRows(view.metric, window)}
            >
              {view.metric === 'lead-time' && <Distribution scope={scope} metric="lead-time" />}
              {view.metric === 'recovery' && <Distribution scope={scope} metric="recovery" />}
            </MetricCard>
          ))}
          <UndeployedCard undeployed={data.undeployed} onRows={() => openRows('undeployed')} />
        </div>
      </Section>
      <Section
        id="services"
        title="Each service by itself"
        note="by name; services differ in kind, so they are not ranked"
      >
        <ServiceTable
          services={data.by_service}
          undeployed={data.undeployed}
          hrefOf={(service) => routes.insights(searchOf({ ...filters, service, rows: null }))}
        />
      </Section>
      <Incidents service={filters.service} from={data.from} />
      <Section id="scores" title="Quick Check" note="0 to 10, more is better">
        <Scores scores={data.quickcheck} bands={data.bands_2023} />
      </Section>
      <Section id="how" title="Definitions">
        <HowCounted
          version={data.definitions_version}
          timezone={data.timezone}
          from={data.from}
          to={data.to}
          settings={settings}
        />
      </Section>
    </>
  );
};

const Distribution = ({ scope, metric }: { scope: DoraScope; metric: 'lead-time' | 'recovery' }) => {
  const { data } = useQuery(doraDistributionQuery(scope, metric));
  if (!data || data.n === 0) return null;
  return (
    <DistributionChart
      title={metric === 'lead-time' ? 'How the lead times lie' : 'How the recoveries lie'}
      buckets={data.buckets}
      unit={metric === 'lead-time' ? 'commit' : 'recovery'}
      units={metric === 'lead-time' ? 'commits' : 'recoveries'}
      median={sampled(data.median_s, data.n)}
    />
  );
};

/** Nothing was ever deployed or committed that could be counted. */
const isEmpty = ({ by_service, undeployed }: DoraView): boolean =>
  Object.keys(by_service).length === 0 && Object.keys(undeployed).length === 0;
