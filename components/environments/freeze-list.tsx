'use client';

import { Button, Group } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '#lib/client/api.ts';
import { freezesQuery } from '#lib/client/queries.ts';
import type { EnvironmentView } from '#lib/contract/config.ts';
import { type FreezeView, freezeSchema } from '#lib/contract/freeze.ts';
import { endpoints } from '#lib/routes.ts';
import { Empty, Section } from '../ui/page.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { DataTable } from '../ui/table.tsx';
import { Until } from '../ui/time.tsx';
import { FreezeForm } from './freeze-form.tsx';
import { whenText } from './when-text.ts';

/** The freeze windows with the next open moment; one is added, edited or ended here. */
export const FreezeList = ({ environments }: { environments: EnvironmentView[] }) => {
  const freezes = useQuery(freezesQuery());
  const [edited, setEdited] = useState<FreezeView | 'new' | null>(null);
  const items = freezes.data?.items ?? [];
  return (
    <Section
      id="freezes"
      title="Freeze windows"
      action={
        <Button variant="default" onClick={() => setEdited('new')}>
          Add a window
        </Button>
      }
    >
      {freezes.error && <ProblemNote error={freezes.error} retry={() => void freezes.refetch()} />}
      {edited && (
        <FreezeForm
          key={edited === 'new' ? 'new' : edited.slug}
          freeze={edited === 'new' ? null : edited}
          environments={environments}
          onDone={() => setEdited(null)}
        />
      )}
      {freezes.data && items.length === 0 && (
        <Empty title="Nothing is ever frozen">
          In a freeze window no release starts and none that runs rises. Rolling back is always open.
        </Empty>
      )}
      {items.length > 0 && (
        <DataTable caption="Freeze windows" head={['Window', 'When', 'About', 'Now', '']}>
          {items.map((freeze) => (
            <FreezeRow key={freeze.slug} freeze={freeze} onEdit={() => setEdited(freeze)} />
          ))}
        </DataTable>
      )}
    </Section>
  );
};

const FreezeRow = ({ freeze, onEdit }: { freeze: FreezeView; onEdit: () => void }) => {
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api(endpoints.freeze(freeze.slug), { method: 'DELETE', schema: freezeSchema }),
    onSuccess: () => queries.invalidateQueries({ queryKey: freezesQuery().queryKey }),
  });
  return (
    <tr>
      <th scope="row" data-label="Window">
        {freeze.name}
      </th>
      <td data-label="When">{whenText(freeze)}</td>
      <td data-label="About">
        {freeze.services.join(', ') || 'all services'} in{' '}
        {freeze.environments.join(', ') || 'all environments'}
      </td>
      <td data-label="Now">
        <Standing freeze={freeze} />
      </td>
      <td data-label="">
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={onEdit}>
            Edit
          </Button>
          <Button size="xs" variant="subtle" loading={remove.isPending} onClick={() => remove.mutate()}>
            End for good
          </Button>
        </Group>
        {remove.error && <ProblemNote error={remove.error} />}
      </td>
    </tr>
  );
};

const Standing = ({ freeze: { active, nextOpenAt, nextChangeAt } }: { freeze: FreezeView }) => {
  if (active)
    return nextOpenAt ? (
      <>
        frozen; open <Until at={nextOpenAt} />
      </>
    ) : (
      'frozen; no open moment is near'
    );
  return nextChangeAt ? (
    <>
      open; begins <Until at={nextChangeAt} />
    </>
  ) : (
    'open'
  );
};
