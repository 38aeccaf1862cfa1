'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useWatch } from '#lib/client/live-context.tsx';
import { environmentsQuery, versionMatrixQuery } from '#lib/client/queries.ts';
import { topics } from '#lib/client/topics.ts';
import type { EnvironmentView } from '#lib/contract/config.ts';
import type { VersionMatrix } from '#lib/contract/matrix.ts';
import { routes } from '#lib/routes.ts';
import { Empty, Page, Section } from '../ui/page.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { DataTable } from '../ui/table.tsx';
import { Ago } from '../ui/time.tsx';
import { FreezeList } from './freeze-list.tsx';
import { protectionText } from './protection-text.ts';

/** Where releases go: what protects each place, which version is there, and when nothing may rise. */
export const EnvironmentsPage = () => {
  useWatch(topics.config);
  useWatch(topics.releases);
  const environments = useQuery(environmentsQuery());
  const matrix = useQuery(versionMatrixQuery());
  const columns = (environments.data?.items ?? []).toSorted((a, b) => a.rank - b.rank);
  return (
    <Page
      title="Environments"
      lede="What protects each place, which version is in charge there, and when exposure may not rise."
    >
      {environments.error && (
        <ProblemNote error={environments.error} retry={() => void environments.refetch()} />
      )}
      {environments.data?.items.length === 0 && (
        <Empty title="No environment is declared yet">
          Declare one through the API: its name, its tier and what protects it.
        </Empty>
      )}
      {columns.length > 0 && (
        <Section id="places" title="Places">
          <DataTable
            caption="Environments by rank"
            head={['Environment', 'Clusters', 'Protection', 'Database schema']}
          >
            {columns.map((environment) => (
              <EnvironmentRow key={environment.slug} environment={environment} />
            ))}
          </DataTable>
        </Section>
      )}
      {matrix.error && <ProblemNote error={matrix.error} retry={() => void matrix.refetch()} />}
      {matrix.data && columns.length > 0 && (
        <Section id="versions" title="Versions in charge">
          <Versions cells={matrix.data.cells} columns={columns} />
        </Section>
      )}
      <FreezeList environments={columns} />
    </Page>
  );
};

const EnvironmentRow = ({ environment }: { environment: EnvironmentView }) => (
  <tr>
    <th scope="row" data-label="Environment">
      {environment.name}
    </th>
    <td data-label="Clusters">{environment.clusters.join(', ') || 'none'}</td>
    <td data-label="Protection">{protectionText(environment.protection)}</td>
    <td data-label="Database schema">
      {environment.schema ? (
        <>
          {environment.schema.version}, <Ago at={environment.schema.reportedAt} />
        </>
      ) : (
        'not reported'
      )}
    </td>
  </tr>
);

type Cells = VersionMatrix['cells'];

const Versions = ({ cells, columns }: { cells: Cells; columns: EnvironmentView[] }) => {
  const services = [...new Set(cells.map(({ service }) => service))];
  if (services.length === 0)
    return (
      <Empty title="No version is in charge anywhere yet">The first release that succeeds shows here.</Empty>
    );
  return (
    <DataTable caption="Versions by service" head={['Service', ...columns.map(({ name }) => name)]}>
      {services.map((service) => (
        <tr key={service}>
          <th scope="row" data-label="Service">
            {service}
          </th>
          {columns.map(({ slug, name }) => (
            <td key={slug} data-label={name}>
              <Version cell={cells.find((each) => each.service === service && each.environment === slug)} />
            </td>
          ))}
        </tr>
      ))}
    </DataTable>
  );
};

const Version = ({ cell }: { cell: Cells[number] | undefined }) => {
  if (!cell) return '–';
  return (
    <>
      {cell.release ? <Link href={routes.release(cell.release)}>{cell.version}</Link> : cell.version}
      {cell.since && (
        <>
          {' '}
          since <Ago at={cell.since} />
        </>
      )}
    </>
  );
};
