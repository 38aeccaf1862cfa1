'use client';

import { Button, Drawer, Select, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { api, newKey } from '#lib/client/api.ts';
import {
  environmentsQuery,
  freezesQuery,
  plansQuery,
  releaseQuery,
  servicesQuery,
  versionsQuery,
} from '#lib/client/queries.ts';
import { releaseSchema } from '#lib/contract/release.ts';
import { endpoints, routes } from '#lib/routes.ts';
import { ProblemNote } from '../ui/problem-note.tsx';
import { showFields } from '../ui/show-fields.ts';
import { frozenWords } from './frozen-words.ts';
import { StartForecast } from './start-forecast.tsx';
import classes from './start-panel.module.css';
import { StartPreview } from './start-preview.tsx';

type Values = {
  service: string;
  environment: string;
  version: string;
  plan: string;
  reason: string;
  exception: Exception;
};
type Exception = 'none' | 'freeze' | 'emergency';

/** Starts a release. What the API refuses is shown at the field it names. */
export const StartPanel = (props: { opened: boolean; service: string | null; onClose: () => void }) => (
  <Drawer
    opened={props.opened}
    onClose={props.onClose}
    position="right"
    size="30rem"
    title={<strong>Start a release</strong>}
  >
    {props.opened && <StartForm service={props.service} />}
  </Drawer>
);

const StartForm = ({ service: given }: { service: string | null }) => {
  const router = useRouter();
  const queries = useQueryClient();
  const [key, setKey] = useState(newKey);
  const form = useForm<Values>({
    initialValues: {
      service: given ?? '',
      environment: '',
      version: '',
      plan: '',
      reason: '',
      exception: 'none',
    },
  });
  const { service, environment, plan } = form.values;
  const options = useStartOptions(service, environment);
  const barred = options.freezes(service, environment);
  const start = useMutation({
    mutationFn: ({ reason, exception, ...body }: Values) =>
      api(endpoints.releases(), {
        method: 'POST',
        body: { ...body, ...(reason.trim() ? { reason: reason.trim() } : {}), ...EXCEPTIONS[exception] },
        idempotencyKey: key,
        schema: releaseSchema,
      }),
    onSuccess: (release) => {
      queries.setQueryData(releaseQuery(release.id).queryKey, release);
      router.push(routes.release(release.id));
    },
    onError: (error) => {
      setKey(newKey());
      showFields(form, error);
    },
  });
  const chosen = options.plans.find(({ name }) => name === plan);
  const pick = (name: 'environment' | 'version' | 'plan', label: string, data: Option[], empty: string) => (
    <Select
      label={label}
      data={data}
      searchable
      withAsterisk
      nothingFoundMessage={empty}
      disabled={service === ''}
      {...form.getInputProps(name)}
    />
  );
  return (
    <form className={classes.form} onSubmit={form.onSubmit((values) => start.mutate(values))}>
      <Select
        label="Service"
        data-autofocus
        data={options.services}
        searchable
        withAsterisk
        nothingFoundMessage="No service has this name"
        {...form.getInputProps('service')}
        onChange={(value) => form.setValues({ service: value ?? '', version: '', plan: '' })}
      />
      {pick('environment', 'Environment', options.environments, 'No environment has this name')}
      {pick('version', 'Version', options.versions, 'No such version is registered for this service')}
      {pick(
        'plan',
        'Plan',
        options.plans.map(({ name }) => ({ value: name, label: name })),
        'No plan fits this service',
      )}
      <Textarea
        label={form.values.exception === 'none' ? 'Reason (optional)' : 'Reason, kept in the record'}
        required={form.values.exception !== 'none'}
        autosize
        minRows={2}
        maxLength={1_000}
        {...form.getInputProps('reason')}
      />
      <Select
        label="Rules"
        description={barred}
        data={RULES}
        allowDeselect={false}
        {...form.getInputProps('exception')}
      />
      {chosen && <StartPreview plan={chosen} baseline={options.baseline} version={form.values.version} />}
      {chosen && environment !== '' && (
        <StartForecast plan={chosen.name} service={service} environment={environment} />
      )}
      {start.error && <ProblemNote error={start.error} />}
      <Button type="submit" loading={start.isPending} fullWidth>
        {form.values.version ? `Start ${form.values.version}` : 'Start the release'}
      </Button>
    </form>
  );
};

const EXCEPTIONS = {
  none: {},
  freeze: { override: { freeze: true } },
  emergency: { emergency: true },
} as const;

const RULES: { value: Exception; label: string }[] = [
  { value: 'none', label: 'As usual' },
  { value: 'freeze', label: 'Set the freeze aside, with a reason' },
  { value: 'emergency', label: 'Emergency: skip freezes, approvals and promotion' },
];

type Option = { value: string; label: string };

/** What can be chosen, given the service and environment chosen so far. */
const useStartOptions = (service: string, environment: string) => {
  const services = useQuery(servicesQuery()).data?.items ?? [];
  const environments = useQuery(environmentsQuery()).data?.items ?? [];
  const windows = useQuery(freezesQuery()).data?.items ?? [];
  const plans = useQuery(plansQuery()).data?.items ?? [];
  const versions = useQuery({ ...versionsQuery(service), enabled: service !== '' }).data?.items ?? [];
  const inCharge = services
    .find(({ slug }) => slug === service)
    ?.versions.find((each) => each.environment === environment);
  return {
    freezes: (...place: [string, string]) => frozenWords(windows, ...place),
    services: services.map(({ slug, name }) => ({ value: slug, label: name })),
    environments: environments
      .toSorted((a, b) => a.rank - b.rank)
      .map(({ slug, name }) => ({ value: slug, label: name })),
    versions: versions.map(({ version }) => ({
      value: version,
      label: version === inCharge?.version ? `${version} (in charge)` : version,
    })),
    plans: plans.filter((plan) => plan.service === null || plan.service === service),
    baseline: inCharge?.version ?? null,
  };
};
