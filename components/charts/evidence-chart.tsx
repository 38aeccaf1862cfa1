'use client';

import { EVIDENCE } from './encodings.ts';
import { ChartFrame } from './frame.tsx';
import { Plot, type PlotLimit } from './plot.tsx';
import type { AnalysisPoint } from './ratio-chart.tsx';
import { decadeTicks, logAxis, type PlotMarker } from './scale.ts';
import { csvRows, evidenceAmount, evidenceSummary } from './summary.ts';

type Props = {
  title: string;
  points: AnalysisPoint[];
  from: number;
  to: number;
  markers: PlotMarker[];
  threshold: number;
  /** At most 1 where nothing has to be shown before advancing. */
  advanceThreshold: number;
};

/** Evidence for rolling back and for advancing on their way to the thresholds. It multiplies, so the scale does too. */
export const EvidenceChart = (props: Props) => {
  const { title, points, from, to, markers, threshold, advanceThreshold } = props;
  const claims = advanceThreshold > 1;
  const lines = [
    {
      name: 'for rolling back',
      label: 'roll back',
      style: EVIDENCE.rollback,
      of: ({ evidence }: AnalysisPoint) => evidence,
    },
    ...(claims
      ? [
          {
            name: 'for advancing',
            label: 'advance',
            style: EVIDENCE.advance,
            of: ({ advanceEvidence }: AnalysisPoint) => advanceEvidence,
          },
        ]
      : []),
  ];
  const axis = logAxis(
    decadeTicks(topOf(points, Math.max(threshold, advanceThreshold), claims)),
    evidenceAmount,
  );
  return (
    <ChartFrame
      title={title}
      summary={evidenceSummary(title, points.at(-1) ?? null, { threshold, advanceThreshold })}
      points={points}
      readings={(point) =>
        lines.map(({ name, style, of }) => ({
          name,
          style,
          value: evidenceAmount(of(point)),
          basis: `of ${evidenceAmount(name === 'for advancing' ? advanceThreshold : threshold)}`,
        }))
      }
      table={{
        columns: lines.map(({ name }) => `Evidence ${name}`),
        cells: (point) => lines.map(({ of }) => evidenceAmount(of(point))),
        csv: csvRows(['at', ...lines.map(({ name }) => name.replaceAll(' ', '_'))], points, (point) =>
          lines.map(({ of }) => of(point)),
        ),
      }}
      draw={(area) => (
        <Plot
          {...area}
          points={points}
          from={from}
          to={to}
          axis={axis}
          markers={markers}
          lines={lines.map(({ of, ...line }) => ({
            ...line,
            value: (point: AnalysisPoint) => axis.clamp(of(point)),
          }))}
          limits={limitsOf(threshold, claims ? advanceThreshold : null)}
        />
      )}
    />
  );
};

const limitsOf = (threshold: number, advanceThreshold: number | null): PlotLimit[] => {
  const rollback: PlotLimit = {
    value: threshold,
    label: `roll back at ${evidenceAmount(threshold)}`,
    side: 'above',
  };
  if (advanceThreshold === null) return [rollback];
  const label = `advance at ${evidenceAmount(advanceThreshold)}`;
  return [rollback, { value: advanceThreshold, label, side: 'below' }];
};

/** Evidence far beyond what is needed flattens the way there: two powers of ten above it are enough. */
const BEYOND = 100;
/** The threshold never lies on the upper edge, where its name would have no room. */
const ABOVE = 2;

const topOf = (points: AnalysisPoint[], needed: number, claims: boolean): number => {
  const highest = Math.max(
    1,
    ...points.map(({ evidence, advanceEvidence }) => Math.max(evidence, claims ? advanceEvidence : 1)),
  );
  return Math.max(needed * ABOVE, Math.min(needed * BEYOND, highest));
};
