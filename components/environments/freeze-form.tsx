'use client';

import { Button, Group, MultiSelect, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '#lib/client/api.ts';
import { freezesQuery, servicesQuery } from '#lib/client/queries.ts';
import type { EnvironmentView } from '#lib/contract/config.ts';
import { type FreezeView, freezeSchema } from '#lib/contract/freeze.ts';
import { WEEKDAYS } from '#lib/domain/policy/freeze.ts';
import { ROLES } from '#lib/domain/policy/grants.ts';
import { endpoints } from '#lib/routes.ts';
import { ProblemNote } from '../ui/problem-note.tsx';
import { showFields } from '../ui/show-fields.ts';

type Kind = FreezeView['when']['kind'];

/** Declares a freeze window, or gives one another document. */
export const FreezeForm = (props: {
  freeze: FreezeView | null;
  environments: EnvironmentView[];
  onDone: () => void;
}) => {
  const queries = useQueryClient();
  const services = useQuery(servicesQuery()).data?.items ?? [];
  const form = useForm({ initialValues: valuesOf(props.freeze) });
  const save = useMutation({
    mutationFn: ({ slug, ...values }: Values) =>
      api(endpoints.freeze(slug), { method: 'PUT', body: documentOf(values), schema: freezeSchema }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: freezesQuery().queryKey });
      props.onDone();
    },
    onError: (error) => showFields(form, error),
  });
  const { kind } = form.values.when;
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))} aria-label="Freeze window">
      <Stack gap="sm" maw="36rem" mb="md">
        <TextInput label="Name" withAsterisk {...form.getInputProps('name')} />
        <TextInput
          label="Slug"
          withAsterisk
          disabled={props.freeze !== null}
          {...form.getInputProps('slug')}
        />
        <TextInput label="Time zone" withAsterisk {...form.getInputProps('timezone')} />
        <Select label="When" allowDeselect={false} data={KINDS} {...form.getInputProps('when.kind')} />
        {kind === 'weekly' && (
          <MultiSelect label="Days" data={[...WEEKDAYS]} {...form.getInputProps('when.days')} />
        )}
        <TextInput
          label="From"
          withAsterisk
          placeholder={EXAMPLES[kind][0]}
          {...form.getInputProps('when.from')}
        />
        <TextInput
          label="Until"
          withAsterisk
          placeholder={EXAMPLES[kind][1]}
          {...form.getInputProps('when.until')}
        />
        <MultiSelect
          label="Services (none = all)"
          data={services.map(({ slug, name }) => ({ value: slug, label: name }))}
          {...form.getInputProps('services')}
        />
        <MultiSelect
          label="Environments (none = all)"
          data={props.environments.map(({ slug, name }) => ({ value: slug, label: name }))}
          {...form.getInputProps('environments')}
        />
        <Select
          label="Running releases"
          allowDeselect={false}
          data={RUNNING}
          {...form.getInputProps('running')}
        />
        <MultiSelect
          label="Who may set it aside, with a reason"
          data={[...ROLES]}
          {...form.getInputProps('overrideRoles')}
        />
        {save.error && <ProblemNote error={save.error} />}
        <Group>
          <Button type="submit" loading={save.isPending}>
            Save the window
          </Button>
          <Button variant="subtle" onClick={props.onDone}>
            Not now
          </Button>
        </Group>
      </Stack>
    </form>
  );
};

const KINDS: { value: Kind; label: string }[] = [
  { value: 'once', label: 'Once' },
  { value: 'weekly', label: 'Every week' },
  { value: 'yearly', label: 'Every year, whole days' },
];
const EXAMPLES: Record<Kind, [string, string]> = {
  once: ['2026-12-24T00:00', '2026-12-27T00:00'],
  weekly: ['22:00', '06:00'],
  yearly: ['12-20', '01-03'],
};
const RUNNING = [
  { value: 'hold', label: 'rise no further' },
  { value: 'go-on', label: 'go on' },
];

const valuesOf = (freeze: FreezeView | null) => ({
  slug: freeze?.slug ?? '',
  name: freeze?.name ?? '',
  timezone: freeze?.timezone ?? 'UTC',
  services: freeze?.services ?? [],
  environments: freeze?.environments ?? [],
  running: freeze?.running ?? 'hold',
  overrideRoles: freeze?.overrideRoles ?? ['administrator'],
  when: {
    kind: (freeze?.when.kind ?? 'once') satisfies Kind as Kind,
    days: freeze?.when.kind === 'weekly' ? freeze.when.days : [],
    from: freeze?.when.from ?? '',
    until: freeze?.when.until ?? '',
  },
});
type Values = ReturnType<typeof valuesOf>;

const documentOf = ({ when: { days, ...when }, ...values }: Omit<Values, 'slug'>) => ({
  ...values,
  when: when.kind === 'weekly' ? { ...when, days } : when,
});
