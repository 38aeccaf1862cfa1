'use client';

import { Button } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { IconTable } from '@tabler/icons-react';
import { type KeyboardEvent, useId, useState } from 'react';
import { useZone } from '#lib/client/clock.tsx';
import { clockText } from '#lib/client/time-words.ts';
import { ChartTable } from './chart-table.tsx';
import classes from './comparison-chart.module.css';
import { Swatch } from './marker.tsx';
import { Plot, type PlotMarker } from './plot.tsx';
import type { ChartPoint } from './points.ts';
import { nearest } from './scale.ts';
import { armText, basisText, type Format, summaryOf } from './summary.ts';

export type ComparisonProps = {
  /** What is drawn, with its window: "Error rate, over the last 30 s". */
  title: string;
  points: ChartPoint[];
  /** The span of the time axis, milliseconds. */
  from: number;
  to: number;
  format: Format;
  markers: PlotMarker[];
  versions: { canary: string; baseline: string };
};

/**
 * Canary against baseline over time. The readout is pinned to a moment, not to a place in the data, so it stays
 * true when points arrive. Arrow keys move it, `d` shows the numbers as a table.
 */
export const ComparisonChart = (props: ComparisonProps) => {
  const { title, points, from, to, format, markers, versions } = props;
  const { ref, width } = useElementSize();
  const [pinned, setPinned] = useState<number | null>(null);
  const [table, setTable] = useState(false);
  const zone = useZone();
  const tableId = useId();
  const at = pinned === null ? points.length - 1 : nearest(points, pinned);
  const point = points[at];
  if (!point) return <p className={classes.nothing}>{title}: nothing was measured yet.</p>;

  const move = (index: number) =>
    setPinned(points[Math.max(0, Math.min(points.length - 1, index))]?.at ?? null);
  const onKeyDown = (event: KeyboardEvent) => {
    const target = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: points.length - 1 }[event.key];
    if (target !== undefined) move(target);
    else if (event.key === 'Escape') setPinned(null);
    else if (event.key === 'd') setTable(!table);
    else return;
    event.preventDefault();
  };
  const moment = clockText(point.at, { zone, seconds: true });
  return (
    <figure className={classes.figure}>
      <figcaption className={classes.caption}>
        <span className={classes.title}>{title}</span>
        <span className={classes.hidden}>{summaryOf(title, points, format)}</span>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconTable size={14} aria-hidden="true" />}
          aria-expanded={table}
          aria-controls={tableId}
          onClick={() => setTable(!table)}
        >
          {table ? 'Hide numbers' : 'Numbers'}
        </Button>
      </figcaption>
      <div className={classes.readout}>
        <span className={classes.moment}>{pinned === null ? `now, ${moment}` : moment}</span>
        {(['canary', 'baseline'] as const).map((track) => (
          <span key={track} className={classes.value} data-track={track}>
            <Swatch track={track} />
            <span>
              {track} {versions[track]}
            </span>
            <strong>{armText(point[track], format)}</strong>
            <span className={classes.basis}>{basisText(point[track])}</span>
          </span>
        ))}
      </div>
      <div
        ref={ref}
        className={classes.plot}
        role="slider"
        tabIndex={0}
        aria-label={`${title}: moment shown`}
        aria-valuemin={0}
        aria-valuemax={points.length - 1}
        aria-valuenow={at}
        aria-valuetext={`${moment}: canary ${armText(point.canary, format)}, baseline ${armText(point.baseline, format)}`}
        onKeyDown={onKeyDown}
        onPointerLeave={() => setPinned(null)}
      >
        {width > 0 && (
          <Plot
            width={width}
            points={points}
            from={from}
            to={to}
            format={format}
            markers={markers}
            pinned={pinned === null ? null : point.at}
            onPoint={setPinned}
          />
        )}
      </div>
      <div id={tableId}>{table && <ChartTable title={title} points={points} format={format} />}</div>
    </figure>
  );
};
