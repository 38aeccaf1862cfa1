'use client';

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useRouter, useSearchParams } from 'next/navigation';
import { useWatch } from '#lib/client/live-context.tsx';
import { releasesQuery } from '#lib/client/queries.ts';
import { topics } from '#lib/client/topics.ts';
import { routes } from '#lib/routes.ts';
import { Empty, Page } from '../ui/page.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { FilterBar } from './filter-bar.tsx';
import { filtersOf, isFiltered, withFilter } from './filters.ts';
import { ListHead } from './list-head.tsx';
import classes from './releases-page.module.css';
import { ReleasesTable } from './releases-table.tsx';
import { StartPanel } from './start-panel.tsx';

/** Everything that was ever released, page by page; the whole view is in the address. */
export const ReleasesPage = () => {
  useWatch(topics.releases);
  const router = useRouter();
  const search = useSearchParams();
  const filters = filtersOf((name) => search.get(name));
  const { data, error, refetch } = useQuery(releasesQuery(filters));
  const starting = search.get('start') !== null;
  const startHref = routes.releases({ ...withFilter(filters, 'cursor', null), start: 'yes' });
  return (
    <Page
      title="Releases"
      action={
        <Button component={Link} href={startHref} scroll={false}>
          Start a release
        </Button>
      }
    >
      <StartPanel
        opened={starting}
        service={filters.service ?? null}
        onClose={() =>
          router.replace(routes.releases(withFilter(filters, 'cursor', filters.cursor ?? null)), {
            scroll: false,
          })
        }
      />
      <FilterBar
        filters={filters}
        onChange={(name, value) =>
          router.replace(routes.releases(withFilter(filters, name, value)), { scroll: false })
        }
      />
      {error && <ProblemNote error={error} retry={() => void refetch()} />}
      {data && data.items.length > 0 && (
        <>
          <ListHead total={data.total} filters={filters} />
          <ReleasesTable rows={data.items} />
        </>
      )}
      {data?.items.length === 0 && <NoReleases filtered={isFiltered(filters)} startHref={startHref} />}
      <nav className={classes.pager} aria-label="Pages of the list">
        {filters.cursor && (
          <Button
            component={Link}
            href={routes.releases(withFilter(filters, 'cursor', null))}
            variant="default"
          >
            Newest
          </Button>
        )}
        {data?.next && (
          <Button
            component={Link}
            href={routes.releases(withFilter(filters, 'cursor', data.next))}
            variant="default"
          >
            Older
          </Button>
        )}
      </nav>
    </Page>
  );
};

const NoReleases = ({ filtered, startHref }: { filtered: boolean; startHref: string }) =>
  filtered ? (
    <Empty
      title="No release fits"
      action={
        <Button component={Link} href={routes.releases()} variant="default">
          Show all releases
        </Button>
      }
    >
      Nothing was released with these filters.
    </Empty>
  ) : (
    <Empty
      title="Nothing was released yet"
      action={
        <Button component={Link} href={startHref}>
          Start a release
        </Button>
      }
    >
      A release is one run of a plan for one service, environment and version. Each one stays here with its
      record.
    </Empty>
  );
