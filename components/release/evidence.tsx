'use client';

import { useQuery } from '@tanstack/react-query';
import { useWatch } from '#lib/client/live-context.tsx';
import { releaseSamplesQuery } from '#lib/client/queries.ts';
import { topics } from '#lib/client/topics.ts';
import type { ReleaseView } from '#lib/contract/release.ts';
import { Card, Section } from '../ui/page.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { Standing } from '../ui/standing.tsx';
import { Ago } from '../ui/time.tsx';
import classes from './evidence.module.css';
import { type MetricView, worstFirst } from './evidence-words.ts';
import { MetricCard } from './metric-card.tsx';
import { MetricChart } from './metric-chart.tsx';
import { MetricCharts } from './metric-charts.tsx';
import { samplesUntil } from './replay.ts';
import { verdictSign } from './signs.ts';

/** The verdict with its sentence, then one card for each metric, the worst first. */
export const Evidence = ({ release }: { release: ReleaseView }) => {
  useWatch(topics.samples(release.id));
  const samples = useQuery({
    ...releaseSamplesQuery(release.id),
    select: (all) => (release.asOf === null ? all : samplesUntil(all, Date.parse(release.asOf))),
  });
  const { verdict } = release;
  const chart = (name: string, kind: string) =>
    samples.data ? <MetricChart name={name} kind={kind} release={release} samples={samples.data} /> : null;
  const charts = ({ name, kind }: MetricView) =>
    samples.data ? <MetricCharts name={name} kind={kind} release={release} samples={samples.data} /> : null;
  return (
    <Section
      id="evidence"
      title="Evidence"
      note={
        verdict?.at && (
          <>
            data judged up to <Ago at={verdict.at} />
          </>
        )
      }
    >
      <div className={classes.verdict} data-tone={verdictSign(verdict).tone}>
        <Standing sign={verdictSign(verdict)} size="lg" />
        <p>{verdict?.sentence ?? 'No data has been judged yet; missing data is never a pass.'}</p>
      </div>
      {samples.error && <ProblemNote error={samples.error} retry={() => void samples.refetch()} />}
      {verdict && verdict.metrics.length > 0 ? (
        worstFirst(verdict.metrics).map((metric) => (
          <MetricCard
            key={metric.name}
            metric={metric}
            policy={release.analysisPolicy}
            chart={charts(metric)}
          />
        ))
      ) : (
        <Card>
          {chart('errors', 'errors')}
          <div className={classes.gap} />
          {chart('latency', 'latency')}
        </Card>
      )}
    </Section>
  );
};
