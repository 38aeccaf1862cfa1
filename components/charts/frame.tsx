'use client';

import { Button } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { IconTable } from '@tabler/icons-react';
import { type KeyboardEvent, type ReactNode, useId, useState } from 'react';
import { useZone } from '#lib/client/clock.tsx';
import { clockText } from '#lib/client/time-words.ts';
import classes from './chart.module.css';
import { ChartTable, type Table } from './chart-table.tsx';
import { type LineStyle, Swatch } from './marker.tsx';
import { nearest } from './scale.ts';

/** One line's value at the moment of the readout; `basis` says what it stands on. */
export type Reading = { name: string; detail?: string; style: LineStyle; value: string; basis: string };

export type FrameProps<P> = {
  /** What is drawn, with its window: "Error rate, over the last 30 s". */
  title: string;
  /** One sentence that says what the drawing shows. */
  summary: string;
  points: P[];
  readings: (point: P) => Reading[];
  table: Table<P>;
  /** What a point stands for, where that is no moment of a day: "week of 2 March". */
  momentOf?: (at: number) => string;
  /** Which point is read while nobody points at one; left out: the newest. */
  initial?: number;
  /** A press on the drawing, or Enter, opens what the point was made from. */
  onOpen?: (point: P) => void;
  /** `pinned` is the moment of the readout, null = the newest. */
  draw: (area: { width: number; pinned: number | null; onPoint: (at: number) => void }) => ReactNode;
};

/**
 * What every chart has: title, readout, keys and table. The readout is pinned to a moment, not to a place in the data, so
 * it stays true when points arrive. Arrow keys move it, `d` shows the numbers as a table.
 */
export const ChartFrame = <P extends { at: number }>(props: FrameProps<P>) => {
  const { title, summary, points, readings, table, momentOf, initial, onOpen, draw } = props;
  const { ref, width } = useElementSize();
  const [pinned, setPinned] = useState<number | null>(null);
  const [open, setOpen] = useState(false);
  const zone = useZone();
  const tableId = useId();
  const at = pinned === null ? (initial ?? points.length - 1) : nearest(points, pinned);
  const point = points[at];
  if (!point) return <p className={classes.nothing}>{title}: nothing was measured yet.</p>;

  const move = (index: number) =>
    setPinned(points[Math.max(0, Math.min(points.length - 1, index))]?.at ?? null);
  const onKeyDown = (event: KeyboardEvent) => {
    const target = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: points.length - 1 }[event.key];
    if (target !== undefined) move(target);
    else if (event.key === 'Escape') setPinned(null);
    else if (event.key === 'd') setOpen(!open);
    else if (event.key === 'Enter' && onOpen) onOpen(point);
    else return;
    event.preventDefault();
  };
  const moment = momentOf ? momentOf(point.at) : clockText(point.at, { zone, seconds: true });
  const read = readings(point);
  return (
    <figure className={classes.figure}>
      <figcaption className={classes.caption}>
        <span className={classes.title}>{title}</span>
        <span className={classes.hidden}>{summary}</span>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconTable size={14} aria-hidden="true" />}
          aria-expanded={open}
          aria-controls={tableId}
          onClick={() => setOpen(!open)}
        >
          {open ? 'Hide numbers' : 'Numbers'}
        </Button>
      </figcaption>
      <div className={classes.readout}>
        <span className={classes.moment}>{pinned === null && !momentOf ? `latest, ${moment}` : moment}</span>
        {read.map(({ name, detail, style, value, basis }) => (
          <span key={name} className={classes.value}>
            <Swatch style={style} />
            <span>{detail ? `${name} ${detail}` : name}</span>
            <strong style={{ color: style.colour }}>{value}</strong>
            <span className={classes.basis}>{basis}</span>
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
        aria-valuetext={`${moment}: ${read.map(({ name, value }) => `${name} ${value}`).join(', ')}`}
        onKeyDown={onKeyDown}
        {...(onOpen ? { onClick: () => onOpen(point), 'aria-description': 'Enter opens its rows' } : {})}
        onPointerLeave={() => setPinned(null)}
      >
        {width > 0 && draw({ width, pinned: pinned === null ? null : point.at, onPoint: setPinned })}
      </div>
      <div id={tableId}>
        {open && (
          <ChartTable title={title} points={points} table={table} {...(momentOf ? { momentOf } : {})} />
        )}
      </div>
    </figure>
  );
};
