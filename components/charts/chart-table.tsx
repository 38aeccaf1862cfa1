'use client';

import { Box, Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { Exact } from '../ui/time.tsx';
import classes from './chart.module.css';

/** The numbers behind a chart: different column heads after the time, the cells of one moment, and all as a file. */
export type Table<P> = { columns: string[]; head?: string; cells: (point: P) => string[]; csv: string };

/** The numbers behind a chart, newest first. */
export const ChartTable = <P extends { at: number }>({
  title,
  points,
  table,
  momentOf,
}: {
  title: string;
  points: P[];
  table: Table<P>;
  momentOf?: (at: number) => string;
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
            <th scope="col">{table.head ?? 'Time'}</th>
            {table.columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {points.toReversed().map((point) => {
            const cells = table.cells(point);
            return (
              <tr key={point.at}>
                <th scope="row">
                  {momentOf ? momentOf(point.at) : <Exact at={new Date(point.at).toISOString()} />}
                </th>
                {table.columns.map((column, place) => (
                  <td key={column}>{cells[place]}</td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </Box>
    <Button
      component="a"
      href={`data:text/csv;charset=utf-8,${encodeURIComponent(table.csv)}`}
      download={`${title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.csv`}
      variant="default"
      size="xs"
      leftSection={<IconDownload size={14} aria-hidden="true" />}
    >
      Download CSV
    </Button>
  </div>
);
