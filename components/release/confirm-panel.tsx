'use client';

import { Button, TextInput } from '@mantine/core';
import { type FormEvent, type KeyboardEvent, useState } from 'react';
import type { ReleaseView } from '#lib/contract/release.ts';
import { listText } from '#lib/domain/release/words.ts';
import { Standing } from '../ui/standing.tsx';
import { Ago } from '../ui/time.tsx';
import classes from './action-bar.module.css';
import { type ActionName, actionLabel, mayForce, TOWARDS } from './action-words.ts';
import { verdictSign } from './signs.ts';

/**
 * The step between a press and its effect. Towards safety it asks for nothing and the confirm button has the focus;
 * towards exposure it first shows what changes, what the evidence says and how old it is.
 */
export const ConfirmPanel = (props: {
  action: ActionName;
  release: ReleaseView;
  busy: boolean;
  onConfirm: (reason: string) => void;
  onCancel: () => void;
}) => {
  const { action, release, busy, onConfirm, onCancel } = props;
  const [reason, setReason] = useState('');
  const answer = release.actions[action];
  const exposing = TOWARDS[action] === 'exposure';
  const forced = mayForce(action, release);
  const label = forced ? 'Roll back by force' : actionLabel(action, release);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy && (answer?.allowed || (forced && reason.trim()))) onConfirm(reason);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onCancel();
  };
  return (
    <form
      className={classes.confirm}
      data-towards={TOWARDS[action]}
      aria-label={`Confirm: ${label}`}
      onSubmit={submit}
      onKeyDown={onKeyDown}
      {...(exposing ? { tabIndex: -1, ref: takeFocus } : {})}
    >
      <div className={classes.what}>
        {answer?.allowed ? (
          <p className={classes.effect}>{sentence(answer.effect)}</p>
        ) : (
          <p className={classes.effect}>
            {forced ? '' : 'No longer possible. '}
            {answer?.text}
          </p>
        )}
        <p className={classes.scope}>
          {release.serviceName} {release.version} in {release.environmentName}, on{' '}
          {listText(release.targets.map(({ cluster }) => cluster))}
          {answer?.allowed && answer.undoableSeconds > 0 && `; can be undone for ${answer.undoableSeconds} s`}
        </p>
        {exposing && <EvidenceSummary release={release} />}
      </div>
      {(exposing || forced) && (
        <TextInput
          className={classes.reason ?? ''}
          label={forced ? 'Reason, kept in the record' : 'Reason (optional)'}
          required={forced}
          value={reason}
          maxLength={1_000}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      )}
      <div className={classes.choice}>
        <Button
          type="submit"
          loading={busy}
          disabled={!answer?.allowed && !(forced && reason.trim())}
          {...(exposing ? {} : { ref: takeFocus })}
        >
          {label}
        </Button>
        <Button variant="subtle" onClick={onCancel}>
          Not now
        </Button>
      </div>
    </form>
  );
};

const EvidenceSummary = ({ release: { verdict } }: { release: ReleaseView }) => (
  <div className={classes.verdict}>
    <Standing sign={verdictSign(verdict)} size="sm" />
    {verdict?.at && (
      <span className={classes.age}>
        {' '}
        on data up to <Ago at={verdict.at} />
      </span>
    )}
    <p className={classes.summary}>{verdict?.sentence ?? 'Nothing has been judged yet.'}</p>
  </div>
);

/** One function for all renders, so that React calls it once, when the element appears. */
const takeFocus = (element: HTMLElement | null): void => element?.focus();

const sentence = (effect: string): string => `${effect.slice(0, 1).toUpperCase()}${effect.slice(1)}.`;
