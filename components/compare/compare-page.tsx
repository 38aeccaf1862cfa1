'use client';

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useSearchParams } from 'next/navigation';
import { releaseCompareQuery } from '#lib/client/queries.ts';
import type { ComparedRelease, ReleaseComparison } from '#lib/contract/compare.ts';
import { routes } from '#lib/routes.ts';
import { stateSign } from '../release/signs.ts';
import { Card, Empty, Page, Section } from '../ui/page.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { Standing } from '../ui/standing.tsx';
import { Exact } from '../ui/time.tsx';
import classes from './compare.module.css';
import { CompareCharts } from './compare-charts.tsx';
import { CompareTable } from './compare-table.tsx';
import { factRows, metricRows, stageRows } from './rows.ts';

/** Two releases side by side; both are named in the address. */
export const ComparePage = () => {
  const search = useSearchParams();
  const [a, b] = [search.get('a') ?? '', search.get('b') ?? ''];
  const { data, error, refetch } = useQuery({ ...releaseCompareQuery(a, b), enabled: a !== '' && b !== '' });
  return (
    <Page
      title="Compare releases"
      action={
        data && (
          <Button component={Link} href={routes.compare(b, a)} variant="default">
            Swap sides
          </Button>
        )
      }
    >
      {error && <ProblemNote error={error} retry={() => void refetch()} />}
      {(a === '' || b === '') && <Missing />}
      {data && <Compared compared={data} />}
    </Page>
  );
};

const Compared = ({ compared }: { compared: ReleaseComparison }) => {
  const heads = { a: `A: ${compared.a.version}`, b: `B: ${compared.b.version}` };
  return (
    <>
      <div className={classes.heads}>
        <Head letter="A" release={compared.a} />
        <Head letter="B" release={compared.b} />
      </div>
      <Section id="facts" title="What they are">
        <CompareTable caption="Facts of both" first="Fact" rows={factRows(compared)} heads={heads} />
      </Section>
      <Section id="plan" title="What their plans say otherwise">
        {compared.planChanges.length === 0 ? (
          <Card>Both plans say the same.</Card>
        ) : (
          <CompareTable
            caption="Differences of the plans"
            first="Place in the plan"
            rows={compared.planChanges.map(({ path, a, b }) => ({
              label: path,
              a: a ?? 'not there',
              b: b ?? 'not there',
            }))}
            heads={heads}
          />
        )}
      </Section>
      <Section id="stages" title="Stages">
        <CompareTable caption="Stages of both" first="Stage" rows={stageRows(compared)} heads={heads} />
      </Section>
      <Section id="metrics" title="Newest verdicts">
        <CompareTable caption="Verdicts by metric" first="Metric" rows={metricRows(compared)} heads={heads} />
      </Section>
      <Section id="charts" title="Canaries from their start" note="times are those of A">
        <CompareCharts compared={compared} />
      </Section>
    </>
  );
};

const Head = ({ letter, release }: { letter: string; release: ComparedRelease }) => (
  <Card>
    <span className={classes.letter}>{letter}</span>
    <p className={classes.headline}>
      <Link href={routes.release(release.id)}>{release.headline}</Link>
    </p>
    <p className={classes.standing}>
      <Standing sign={stateSign(release)} size="sm" /> <Exact at={release.startedAt} />
    </p>
  </Card>
);

const Missing = () => (
  <Empty
    title="Name two releases"
    action={
      <Button component={Link} href={routes.releases()} variant="default">
        Show all releases
      </Button>
    }
  >
    Open a release and choose “compare with the one before”, or put two ids into the address: ?a=…&b=…
  </Empty>
);
