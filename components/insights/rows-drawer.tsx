'use client';

import { Button, Drawer } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type DoraScope, doraRowsQuery } from '#lib/client/insight-queries.ts';
import { endpoints } from '#lib/routes.ts';
import { ProblemNote } from '../ui/problem-note.tsx';
import type { Metric } from './filters.ts';
import classes from './insights.module.css';
import { RowTable } from './row-table.tsx';
import { countWords, windowWords } from './words.ts';

const TITLES: Record<Metric, string> = {
  deployments: 'Deployments behind the frequency',
  'lead-time': 'Commits behind the lead time',
  'change-failure': 'Changes behind the fail rate',
  recovery: 'Recoveries',
  rework: 'Deployments behind the rework rate',
  undeployed: 'Commits that wait for their deployment',
};

type Props = { metric: Metric | null; scope: DoraScope; onClose: () => void };

/** What a number was counted from, row by row, with what it leaves out and why. */
export const RowsDrawer = ({ metric, scope, onClose }: Props) => (
  <Drawer
    opened={metric !== null}
    onClose={onClose}
    position="right"
    size="60rem"
    title={metric ? TITLES[metric] : ''}
  >
    {metric && <Rows metric={metric} scope={scope} />}
  </Drawer>
);

const Rows = ({ metric, scope }: { metric: Metric; scope: DoraScope }) => {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    doraRowsQuery(scope, metric),
  );
  const rows = data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <>
      <div className={classes.rowHead}>
        <span aria-live="polite">
          {windowWords(scope.from, scope.to)}
          {scope.service && `, ${scope.service}`}
          {data && `: ${countWords(rows.length, 'row')}${hasNextPage ? ' so far' : ''}`}
        </span>
        <Button
          component="a"
          href={endpoints.doraRows({ ...scope, metric, format: 'csv' })}
          download={`${metric}.csv`}
          variant="default"
          size="compact-sm"
          leftSection={<IconDownload size={16} aria-hidden />}
        >
          CSV
        </Button>
      </div>
      {error && <ProblemNote error={error} retry={() => void refetch()} />}
      {data && rows.length === 0 && <p>There is nothing of this in these days.</p>}
      {rows.length > 0 && <RowTable metric={metric} rows={rows} />}
      {hasNextPage && (
        <Button variant="default" mt="md" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          More
        </Button>
      )}
    </>
  );
};
