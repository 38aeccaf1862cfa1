'use client';

import { Checkbox, Select, TextInput } from '@mantine/core';
import Link from 'next/link';
import { useState } from 'react';
import type { ActionItemView, RetrospectiveView } from '#lib/contract/retrospective.ts';
import { ACTION_TYPES } from '#lib/domain/retrospective/checklist.ts';
import { endpoints, routes } from '#lib/routes.ts';
import { Section } from '../ui/page.tsx';
import { DataTable } from '../ui/table.tsx';
import { TextForm } from './editable.tsx';
import { Markdown } from './markdown.tsx';
import classes from './reviews.module.css';
import { type Changing, partsOf } from './use-change.ts';

const HEAD = ['Done', 'What', 'Type', 'Owner', 'Due', 'Ticket'];

/** What is to be done, by whom, until when. */
export const ActionItems = ({ view, change }: { view: RetrospectiveView; change: Changing }) => (
  <Section id="actions" title="Action items">
    {view.actionItems.length === 0 && <p className={classes.quiet}>None yet.</p>}
    {view.actionItems.length > 0 && (
      <ActionItemTable
        items={view.actionItems}
        {...(view.editable
          ? {
              onDone: (item: ActionItemView, done: boolean) =>
                change.mutate({
                  path: endpoints.actionItem(item.id),
                  method: 'PUT',
                  body: { done, expectedVersion: item.version },
                }),
            }
          : {})}
      />
    )}
    {view.editable && (
      <div className={classes.noPrint}>
        <AddItem id={view.id} change={change} />
      </div>
    )}
  </Section>
);

/** Items of one or of many retrospectives; `linked` adds where each belongs. */
export const ActionItemTable = ({
  items,
  onDone,
  linked = false,
}: {
  items: readonly ActionItemView[];
  onDone?: (item: ActionItemView, done: boolean) => void;
  linked?: boolean;
}) => (
  <DataTable caption="Action items" head={linked ? [...HEAD, 'From'] : HEAD}>
    {items.map((item) => (
      <tr key={item.id}>
        <td data-label="Done">
          <Checkbox
            aria-label={`Done: ${item.text}`}
            checked={item.doneAt !== null}
            disabled={!onDone}
            onChange={(event) => onDone?.(item, event.currentTarget.checked)}
          />
        </td>
        <td data-label="What">
          <Markdown text={item.text} />
        </td>
        <td data-label="Type">{item.type}</td>
        <td data-label="Owner">{item.owner ?? 'nobody yet'}</td>
        <td data-label="Due">
          {item.dueOn ?? 'no date'}
          {item.overdue && <strong className={classes.overdue}> overdue</strong>}
        </td>
        <td data-label="Ticket">
          {item.ticket ? (
            <a href={item.ticket} rel="noreferrer" target="_blank">
              {ticketText(item.ticket)}
            </a>
          ) : (
            '–'
          )}
        </td>
        {linked && (
          <td data-label="From">
            <Link href={`${routes.review(item.retrospective)}#actions`}>{item.service}</Link>
          </td>
        )}
      </tr>
    ))}
  </DataTable>
);

const ticketText = (address: string): string => address.replace(/^https?:\/\//, '').slice(0, 40);

const AddItem = ({ id, change }: { id: string; change: Changing }) => {
  const empty = { type: 'prevent', owner: '', dueOn: '', ticket: '' };
  const [fields, setFields] = useState(empty);
  const set = (name: keyof typeof empty, value: string) => setFields({ ...fields, [name]: value });
  const text = (name: 'owner' | 'dueOn' | 'ticket', label: string, type = 'text') => (
    <TextInput
      aria-label={label}
      placeholder={label}
      size="sm"
      type={type}
      value={fields[name]}
      onChange={(event) => set(name, event.currentTarget.value)}
    />
  );
  return (
    <TextForm
      label="What is to be done"
      save="Add the action item"
      onSave={(written) =>
        change
          .mutateAsync({
            path: partsOf(id).actionItems,
            method: 'POST',
            body: {
              text: written,
              type: fields.type,
              owner: fields.owner.trim() || null,
              dueOn: fields.dueOn || null,
              ticket: fields.ticket.trim() || null,
            },
          })
          .then(() => setFields(empty))
      }
    >
      <div className={classes.fields}>
        <Select
          aria-label="Type"
          size="sm"
          allowDeselect={false}
          data={[...ACTION_TYPES]}
          value={fields.type}
          onChange={(value) => set('type', value ?? 'prevent')}
        />
        {text('owner', 'Owner')}
        {text('dueOn', 'Due date', 'date')}
        {text('ticket', 'Ticket, https://…', 'url')}
      </div>
    </TextForm>
  );
};
