'use client';

import { Button } from '@mantine/core';
import Link from 'next/link';
import { useState } from 'react';
import type { RetrospectiveView } from '#lib/contract/retrospective.ts';
import { durationText } from '#lib/domain/release/words.ts';
import { metricText } from '#lib/domain/retrospective/impact-words.ts';
import { routes } from '#lib/routes.ts';
import { Section } from '../ui/page.tsx';
import { Clock, Exact } from '../ui/time.tsx';
import { Editable, TextForm } from './editable.tsx';
import { Markdown } from './markdown.tsx';
import classes from './reviews.module.css';
import { type Changing, partsOf } from './use-change.ts';

type Item = RetrospectiveView['timeline'][number];
type Props = { view: RetrospectiveView; change: Changing };

/** The record in order, each item with its evidence, and notes in between. */
export const RetrospectiveTimeline = ({ view, change }: Props) => (
  <Section id="timeline" title="Timeline" note="every item opens what it was taken from">
    <ol className={classes.timeline}>
      {view.incidents.map(({ id, title, url, startedAt, resolvedAt, severity }) => (
        <li key={id} className={classes.moment} data-kind="incident">
          <span className={classes.clock}>
            <Clock at={startedAt} />
          </span>
          <div>
            <p>
              Incident, severity {severity}: {url ? <a href={url}>{title}</a> : title}
            </p>
            <p className={classes.by}>
              {resolvedAt ? (
                <>
                  resolved <Exact at={resolvedAt} />
                </>
              ) : (
                'not resolved'
              )}
            </p>
          </div>
        </li>
      ))}
      <Notes view={view} change={change} index={-1} />
      {view.timeline.map((item, index) => (
        <Moment key={`${item.at}-${keyOf(item)}`} {...{ item, index, view, change }} />
      ))}
    </ol>
  </Section>
);

const saysHarm = ({ metrics }: Item): boolean => metrics.some(({ decision }) => decision === 'rollback');

const keyOf = ({ evidence }: Item): string =>
  evidence.type === 'event'
    ? `event-${evidence.sequence}`
    : evidence.type === 'commit'
      ? evidence.hash
      : evidence.id;

const Moment = ({ item, index, view, change }: Props & { item: Item; index: number }) => (
  <>
    <li className={classes.moment} data-kind={item.kind} data-harm={saysHarm(item) || undefined}>
      <span className={classes.clock}>
        <Clock at={item.at} />
      </span>
      <div>
        <p>{item.text}</p>
        {item.reason && <p className={classes.quote}>“{item.reason}”</p>}
        {item.metrics.length > 0 && <Numbers metrics={item.metrics} />}
        <p className={classes.by}>
          {item.who.label}
          {item.waitedSeconds !== null && `, after waiting ${durationText(item.waitedSeconds)}`} ·{' '}
          <Evidence item={item} releaseId={view.releaseId} />
        </p>
      </div>
    </li>
    <Notes view={view} change={change} index={index} />
  </>
);

const Evidence = ({ item: { evidence }, releaseId }: { item: Item; releaseId: string }) => {
  if (evidence.type === 'event')
    return <Link href={routes.releaseEvent(releaseId, evidence.sequence)}>event {evidence.sequence}</Link>;
  const text = evidence.type === 'commit' ? `commit ${evidence.hash.slice(0, 8)}` : `incident ${evidence.id}`;
  return evidence.url ? <a href={evidence.url}>{text}</a> : text;
};

const Numbers = ({ metrics }: Pick<Item, 'metrics'>) => (
  <ul className={classes.numbers}>
    {metrics.map((metric) => (
      <li key={metric.name}>{metricText(metric)}</li>
    ))}
  </ul>
);

const Notes = ({ view, change, index }: Props & { index: number }) => {
  const [adding, setAdding] = useState(false);
  const parts = partsOf(view.id);
  const here = view.notes.filter(({ afterItem }) => afterItem === index);
  return (
    <>
      {here.map(({ id, text, source, version }) => (
        <li key={id} className={classes.noteRow}>
          <Editable
            label="note"
            source={source}
            editable={view.editable}
            onSave={(written) =>
              change.mutateAsync({
                path: parts.note(id),
                method: 'PUT',
                body: { text: written, expectedVersion: version },
              })
            }
            onRemove={() => change.mutateAsync({ path: parts.note(id), method: 'DELETE' })}
          >
            <Markdown text={text} />
          </Editable>
        </li>
      ))}
      {view.editable && (
        <li className={classes.noteRow} data-add>
          {adding ? (
            <TextForm
              label="Note"
              save="Add the note"
              onCancel={() => setAdding(false)}
              onSave={(text) =>
                change
                  .mutateAsync({ path: parts.notes, method: 'POST', body: { afterItem: index, text } })
                  .then(() => setAdding(false))
              }
            />
          ) : (
            <Button variant="subtle" color="gray" size="compact-xs" onClick={() => setAdding(true)}>
              Add a note here
            </Button>
          )}
        </li>
      )}
    </>
  );
};
