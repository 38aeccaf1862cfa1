'use client';

import { CopyButton, UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import type { AnalysisPolicyView } from '#lib/contract/analysis.ts';
import { Standing } from '../ui/standing.tsx';
import {
  armBasisText,
  armValueText,
  evidencePosition,
  evidenceText,
  extraText,
  type MetricView,
  ratioPosition,
  ratioSpan,
  ratioText,
} from './evidence-words.ts';
import { Findings } from './findings.tsx';
import { methodText } from './method-words.ts';
import classes from './metric-card.module.css';
import { QuantileTable } from './quantile-table.tsx';
import { metricSign } from './signs.ts';

/** What one metric says: verdict, sentence, ratio with its interval, counts, evidence, query, and the chart. */
export const MetricCard = ({
  metric,
  policy,
  chart,
}: {
  metric: MetricView;
  policy: AnalysisPolicyView;
  chart: ReactNode;
}) => {
  const sign = metricSign(metric);
  const extra = extraText(metric);
  return (
    <article className={classes.card} data-tone={sign.tone} aria-label={`Evidence: ${metric.name}`}>
      <header className={classes.head}>
        <h3 className={classes.name}>{metric.name}</h3>
        <Standing sign={sign} badge />
      </header>
      <p className={classes.sentence}>{metric.sentence}</p>
      <div className={classes.facts}>
        <Fact term="Canary to baseline">
          <RatioScale ratio={metric.ratio} />
          <span className={classes.detail}>{ratioText(metric.ratio)}</span>
        </Fact>
        <Fact term="Counted so far">
          <table className={classes.arms}>
            <tbody>
              {(['canary', 'baseline'] as const).map((track) => (
                <tr key={track}>
                  <th scope="row" data-track={track}>
                    {track}
                  </th>
                  <td>{armValueText(metric.kind, metric[track].value)}</td>
                  <td className={classes.detail}>{armBasisText(metric.kind, metric[track])}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {extra && <span className={classes.detail}>{extra}</span>}
        </Fact>
        <Fact term="Evidence">
          <EvidenceBar
            tone="fail"
            word="for rolling back"
            evidence={metric.evidence}
            threshold={metric.threshold}
          />
          {metric.advanceThreshold > 1 && (
            <EvidenceBar
              tone="pass"
              word="for advancing"
              evidence={metric.advanceEvidence}
              threshold={metric.advanceThreshold}
            />
          )}
        </Fact>
      </div>
      <Findings metric={metric} />
      {chart}
      <Method metric={metric} policy={policy} />
    </article>
  );
};

const Fact = ({ term, children }: { term: string; children: ReactNode }) => (
  <section className={classes.fact} aria-label={term}>
    <h4 className={classes.term}>{term}</h4>
    {children}
  </section>
);

/** The interval on a scale of ratios; the line in the middle is "no difference". */
const RatioScale = ({ ratio }: { ratio: MetricView['ratio'] }) => {
  const span = ratioSpan(ratio);
  const x = (value: number) => `${ratioPosition(value, span) * 100}%`;
  const from = ratioPosition(ratio.low ?? 0, span);
  const to = ratioPosition(ratio.high ?? Number.MAX_VALUE, span);
  return (
    <div className={classes.scale} aria-hidden="true">
      <div className={classes.scaleLine}>
        {ratio.estimate !== null && (
          <span
            className={classes.interval}
            data-open-low={ratio.low === null || undefined}
            data-open-high={ratio.high === null || undefined}
            style={{ left: `${from * 100}%`, width: `${(to - from) * 100}%` }}
          />
        )}
        <span className={classes.even} />
        {ratio.estimate !== null && <span className={classes.estimate} style={{ left: x(ratio.estimate) }} />}
      </div>
      <div className={classes.scaleWords}>
        <span>1/{span}</span>
        <span>same</span>
        <span>{span} ×</span>
      </div>
    </div>
  );
};

const EvidenceBar = (props: { tone: 'pass' | 'fail'; word: string; evidence: number; threshold: number }) => (
  <div className={classes.evidence} data-tone={props.tone}>
    <span className={classes.detail}>
      {props.word}: <strong>{evidenceText(props.evidence, props.threshold)}</strong>
    </span>
    <span className={classes.track} aria-hidden="true">
      <span style={{ width: `${evidencePosition(props.evidence, props.threshold) * 100}%` }} />
    </span>
  </div>
);

/** How it was judged, for those who want to check: method, quantiles, and what was asked. */
const Method = ({ metric, policy }: { metric: MetricView; policy: AnalysisPolicyView }) => {
  const margin = policy.metrics.find(({ name }) => name === metric.name)?.margin ?? null;
  return (
    <details className={classes.query}>
      <summary>{metric.query ? 'Method and query' : 'Method'}</summary>
      <p className={classes.method}>{methodText(metric, { warmup: policy.warmup, margin })}</p>
      {metric.quantiles && <QuantileTable quantiles={metric.quantiles} />}
      {metric.query && <Query text={metric.query} />}
    </details>
  );
};

const Query = ({ text }: { text: string }) => (
  <>
    <pre>
      <code>{text}</code>
    </pre>
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <UnstyledButton className={classes.copy} onClick={copy}>
          {copied ? 'Copied' : 'Copy query'}
        </UnstyledButton>
      )}
    </CopyButton>
  </>
);
