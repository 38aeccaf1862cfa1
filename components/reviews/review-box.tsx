'use client';

import { Button, Checkbox } from '@mantine/core';
import type { RetrospectiveView } from '#lib/contract/retrospective.ts';
import { Section } from '../ui/page.tsx';
import { Ago, Exact } from '../ui/time.tsx';
import { TextForm } from './editable.tsx';
import { Markdown } from './markdown.tsx';
import classes from './reviews.module.css';
import { type Changing, partsOf } from './use-change.ts';

type Props = { view: RetrospectiveView; change: Changing };

/** What a review should have looked at, and who signs the document as it stands. */
export const ReviewBox = ({ view, change }: Props) => {
  const parts = partsOf(view.id);
  return (
    <Section id="review" title="Review">
      <ul className={classes.checks}>
        {view.checklist.map(({ key, text, done, by }) => (
          <li key={key}>
            <Checkbox
              label={text}
              description={done && by ? `ticked by ${by}` : undefined}
              checked={done}
              disabled={!view.editable}
              onChange={(event) =>
                change.mutate({
                  path: parts.check(key),
                  method: 'PUT',
                  body: { done: event.currentTarget.checked },
                })
              }
            />
          </li>
        ))}
      </ul>
      <ul className={classes.list}>
        {view.signOffs.map(({ name, role, at, version, current }) => (
          <li key={`${name}-${at}`}>
            Signed off by {name} ({role}), <Exact at={at} />, version {version}
            {!current && <strong className={classes.overdue}> changed since</strong>}
          </li>
        ))}
      </ul>
      {view.signOffs.length === 0 && <p className={classes.quiet}>Nobody has signed it off yet.</p>}
      {view.editable && (
        <Button
          className={`${classes.noPrint} ${classes.sign}`}
          size="xs"
          onClick={() =>
            change.mutate({ path: parts.signOff, method: 'POST', body: { expectedVersion: view.version } })
          }
        >
          Sign off version {view.version}
        </Button>
      )}
    </Section>
  );
};

/** What people say about it; not part of the printed document. */
export const Comments = ({ view, change }: Props) => (
  <div className={`${classes.noPrint} ${classes.apart}`}>
    <Section id="comments" title="Comments">
      <ul className={classes.list}>
        {view.comments.map(({ id, author, text, at }) => (
          <li key={id}>
            <p className={classes.by}>
              {author} · <Ago at={at} />
            </p>
            <Markdown text={text} />
          </li>
        ))}
      </ul>
      {view.editable && (
        <TextForm
          label="Comment"
          save="Comment"
          onSave={(text) =>
            change.mutateAsync({ path: partsOf(view.id).comments, method: 'POST', body: { text } })
          }
        />
      )}
    </Section>
  </div>
);
