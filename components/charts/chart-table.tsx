'use client';

import { Box, Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { Exact } from '../ui/time.tsx';
import classes from './comparison-chart.module.css';
import type { ChartPoint } from './points.ts';
import { armText, basisText, csvOf, type Format } from './summary.ts';

/** The numbers behind a chart, newest first. */
export const ChartTable = ({
  title,
  points,
  format,
}: {
  title: string;
  points: ChartPoint[];
  format: Format;
}) => (
  <div className={classes.tableBox}>
    <Box
      component="section"
      className={classes.tableScroll ?? ''}
      aria-label={`${title}, numbers`}
      tabIndex={0}
    >
      <table className={classes.table}>
        <caption className={classes.hidden}>{title}</caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Canary</th>
            <th scope="col">of</th>
            <th scope="col">Baseline</th>
            <th scope="col">of</th>
          </tr>
        </thead>
        <tbody>
          {points.toReversed().map((point) => (
            <tr key={point.at}>
              <th scope="row">
                <Exact at={new Date(point.at).toISOString()} />
              </th>
              <td>{armText(point.canary, format)}</td>
              <td>{basisText(point.canary)}</td>
              <td>{armText(point.baseline, format)}</td>
              <td>{basisText(point.baseline)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Box>
    <Button
      component="a"
      href={`data:text/csv;charset=utf-8,${encodeURIComponent(csvOf(points))}`}
      download={`${title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.csv`}
      variant="default"
      size="xs"
      leftSection={<IconDownload size={14} aria-hidden="true" />}
    >
      Download CSV
    </Button>
  </div>
);
