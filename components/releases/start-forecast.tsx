'use client';

import { useQuery } from '@tanstack/react-query';
import { planForecastQuery } from '#lib/client/queries.ts';
import type { PlanForecastView } from '#lib/contract/analysis.ts';
import { countText } from '#lib/domain/analysis/words.ts';
import { Shape, type ShapeName } from '../ui/shape.tsx';
import classes from './start-panel.module.css';

/** How long each stage should take with the present traffic, and which one this traffic cannot answer. */
export const StartForecast = (props: { plan: string; service: string; environment: string }) => {
  const { plan, ...place } = props;
  const { data, error } = useQuery(planForecastQuery(plan, place));
  if (error) return null;
  return (
    <section className={classes.preview} aria-label="How long it should take">
      {data ? <Forecast forecast={data} /> : <p>Working out how long it should take…</p>}
    </section>
  );
};

const Forecast = ({ forecast }: { forecast: PlanForecastView }) => (
  <>
    <p>
      With the {countText(forecast.requestsPerMinute)} requests a minute of the last 10 minutes, if the new
      version is as good as the one in charge:
    </p>
    <ul className={classes.forecast}>
      {forecast.stages.map(({ index, ends, sentence }) => (
        <li key={index} data-ends={ends}>
          <Shape name={SHAPES[ends]} />
          <span>{sentence}</span>
        </li>
      ))}
    </ul>
    {forecast.notes.map((note) => (
      <p key={note}>{note}</p>
    ))}
  </>
);

const SHAPES: Record<PlanForecastView['stages'][number]['ends'], ShapeName> = {
  'by-evidence': 'check-in-circle',
  'by-time': 'clock',
  'by-person': 'bars-in-square',
  'not-in-time': 'cross-in-octagon',
  unknown: 'dashed-ring',
};
