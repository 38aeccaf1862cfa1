'use client';

import { Button, Textarea } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import classes from './reviews.module.css';

/** Text that is read first and changed in its place. `onSave` answers when it is stored; its failure keeps the field open. */
export const Editable = ({
  label,
  source,
  editable,
  edit = 'Edit',
  onSave,
  onRemove,
  children,
}: {
  label: string;
  source: string;
  editable: boolean;
  edit?: string;
  onSave: (text: string) => Promise<unknown>;
  onRemove?: (() => Promise<unknown>) | undefined;
  children: ReactNode;
}) => {
  const [open, setOpen] = useState(false);
  if (open)
    return (
      <TextForm
        label={label}
        initial={source}
        onSave={(text) => onSave(text).then(() => setOpen(false))}
        onCancel={() => setOpen(false)}
      />
    );
  return (
    <div className={classes.editable}>
      {children}
      {editable && (
        <span className={classes.tools}>
          <Button variant="subtle" color="gray" size="compact-xs" onClick={() => setOpen(true)}>
            {edit}
            <span className={classes.hidden}> {label}</span>
          </Button>
          {onRemove && (
            <Button variant="subtle" color="gray" size="compact-xs" onClick={() => void ignore(onRemove())}>
              Remove<span className={classes.hidden}> {label}</span>
            </Button>
          )}
        </span>
      )}
    </div>
  );
};

/** A field for Markdown with its two buttons. */
export const TextForm = ({
  label,
  initial = '',
  save = 'Save',
  onSave,
  onCancel,
  children,
}: {
  label: string;
  initial?: string;
  save?: string;
  onSave: (text: string) => Promise<unknown>;
  onCancel?: () => void;
  children?: ReactNode;
}) => {
  const [text, setText] = useState(initial);
  const [busy, setBusy] = useState(false);
  const send = async () => {
    setBusy(true);
    await ignore(onSave(text).then(() => setText('')));
    setBusy(false);
  };
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Textarea
        aria-label={label}
        placeholder={`${label} (Markdown)`}
        autosize
        minRows={2}
        maxRows={14}
        maxLength={10_000}
        required
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {children}
      <div className={classes.buttons}>
        <Button type="submit" size="xs" loading={busy}>
          {save}
        </Button>
        {onCancel && (
          <Button variant="default" size="xs" onClick={onCancel}>
            Cancel
          </Button>
        )}
      </div>
    </form>
  );
};

/** The page shows the failure of a change at its top. */
const ignore = (work: Promise<unknown>): Promise<unknown> => work.catch(() => undefined);
