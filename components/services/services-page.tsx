'use client';

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useWatch } from '#lib/client/live-context.tsx';
import { environmentsQuery, servicesQuery } from '#lib/client/queries.ts';
import { topics } from '#lib/client/topics.ts';
import type { EnvironmentView, ServiceView } from '#lib/contract/config.ts';
import { routes } from '#lib/routes.ts';
import { Empty, Page } from '../ui/page.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { DataTable } from '../ui/table.tsx';
import classes from './services-page.module.css';

/** What runs where: each service with the version in charge per environment. */
export const ServicesPage = () => {
  useWatch(topics.config);
  useWatch(topics.releases);
  const services = useQuery(servicesQuery());
  const environments = useQuery(environmentsQuery()).data?.items ?? [];
  const columns = environments.toSorted((a, b) => a.rank - b.rank);
  return (
    <Page title="Services" lede="The version in charge of each service, per environment.">
      {services.error && <ProblemNote error={services.error} retry={() => void services.refetch()} />}
      {services.data?.items.length === 0 && (
        <Empty title="No service is declared yet">
          A service is something that is deployed and serves traffic. Declare one through the API: its name,
          its owners and the metrics that decide; then a target for each cluster it runs in.
        </Empty>
      )}
      {services.data && services.data.items.length > 0 && (
        <DataTable
          caption="Services by name"
          head={['Service', ...columns.map(({ name }) => name), 'Metrics', 'Targets', 'Owners', '']}
        >
          {services.data.items.map((service) => (
            <ServiceRow key={service.slug} service={service} columns={columns} />
          ))}
        </DataTable>
      )}
    </Page>
  );
};

const ServiceRow = ({ service, columns }: { service: ServiceView; columns: EnvironmentView[] }) => (
  <tr>
    <th scope="row" data-label="Service">
      <Link href={routes.releases({ service: service.slug })} className={classes.name}>
        {service.name}
      </Link>
      <span className={classes.detail}>
        {service.slug}
        {service.tier && ` · tier ${service.tier}`}
        {service.repository && (
          <>
            {' · '}
            <a href={service.repository} rel="noreferrer">
              repository
            </a>
          </>
        )}
      </span>
    </th>
    {columns.map(({ slug, name }) => {
      const here = service.versions.find(({ environment }) => environment === slug);
      return (
        <td key={slug} data-label={name}>
          <span className={classes.version}>{here?.version ?? '–'}</span>
          {here?.activeRelease && (
            <Link href={routes.release(here.activeRelease)} className={classes.active}>
              a release is in progress
            </Link>
          )}
        </td>
      );
    })}
    <td data-label="Metrics">{service.metrics.map(({ name }) => name).join(', ')}</td>
    <td data-label="Targets">{service.targets}</td>
    <td data-label="Owners">{service.owners.join(', ') || '–'}</td>
    <td>
      <Button
        component={Link}
        href={routes.releases({ start: 'yes', service: service.slug })}
        variant="default"
        size="compact-sm"
      >
        Release
        <span className={classes.hidden}> {service.name}</span>
      </Button>
    </td>
  </tr>
);
