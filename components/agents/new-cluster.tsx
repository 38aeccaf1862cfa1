'use client';

import { Button, Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '#lib/client/api.ts';
import { clustersQuery, environmentsQuery } from '#lib/client/queries.ts';
import { clusterSchema } from '#lib/contract/config.ts';
import { slugSchema } from '#lib/contract/primitives.ts';
import { endpoints } from '#lib/routes.ts';
import { ProblemNote } from '../ui/problem-note.tsx';
import { showFields } from '../ui/show-fields.ts';
import classes from './agents-page.module.css';

type Values = { slug: string; name: string; environment: string };

/** Declares a cluster inside an environment. */
export const NewCluster = ({ onCreated }: { onCreated: (slug: string) => void }) => {
  const queries = useQueryClient();
  const environments = useQuery(environmentsQuery()).data?.items ?? [];
  const form = useForm<Values>({
    initialValues: { slug: '', name: '', environment: environments[0]?.slug ?? '' },
    validate: {
      slug: (slug) => slugSchema.safeParse(slug).error?.issues[0]?.message ?? null,
      name: (name) => (name.trim() ? null : 'write a name'),
      environment: (environment) => (environment ? null : 'choose an environment'),
    },
  });
  const create = useMutation({
    mutationFn: ({ slug, ...body }: Values) =>
      api(endpoints.cluster(slug), { method: 'PUT', body, schema: clusterSchema }),
    onSuccess: async (cluster) => {
      await queries.invalidateQueries({ queryKey: clustersQuery().queryKey });
      onCreated(cluster.slug);
    },
    onError: (error) => showFields(form, error),
  });
  return (
    <form className={classes.newCluster} onSubmit={form.onSubmit((values) => create.mutate(values))}>
      <TextInput label="Slug" placeholder="eu-west" withAsterisk {...form.getInputProps('slug')} />
      <TextInput label="Name" placeholder="EU West" withAsterisk {...form.getInputProps('name')} />
      <Select
        label="Environment"
        withAsterisk
        data={environments.map(({ slug, name }) => ({ value: slug, label: name }))}
        nothingFoundMessage="Declare an environment through the API first"
        {...form.getInputProps('environment')}
      />
      <Button type="submit" variant="default" loading={create.isPending}>
        Declare the cluster
      </Button>
      {create.error && <ProblemNote error={create.error} />}
    </form>
  );
};
