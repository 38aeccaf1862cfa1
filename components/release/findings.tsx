import { Shape, type ShapeName } from '../ui/shape.tsx';
import type { MetricView } from './evidence-words.ts';
import classes from './metric-card.module.css';

const PARTS_MOST = 5;

/** The plan's guards with what is known of each, and the routes and kinds of failures that speak against the canary. */
export const Findings = ({ metric }: { metric: MetricView }) => {
  const { guards = [], parts = [] } = metric;
  if (guards.length === 0 && parts.length === 0) return null;
  return (
    <ul className={classes.findings} aria-label={`Guards and parts of ${metric.name}`}>
      {guards.map(({ key, state, sentence }) => (
        <li key={`guard ${key}`} data-state={state}>
          <Shape name={SHAPES[state]} />
          <span>{sentence}</span>
        </li>
      ))}
      {parts.slice(0, PARTS_MOST).map(({ kind, name, sentence }) => (
        <li key={`${kind} ${name}`}>
          <Shape name="bars-in-square" />
          <span>{sentence}</span>
        </li>
      ))}
    </ul>
  );
};

const SHAPES: Record<NonNullable<MetricView['guards']>[number]['state'], ShapeName> = {
  kept: 'check-in-circle',
  beyond: 'bars-in-square',
  broken: 'cross-in-octagon',
  unknown: 'dashed-ring',
};
