'use client';

import { Button, Tooltip } from '@mantine/core';
import {
  type Icon,
  IconArrowBackUp,
  IconArrowNarrowRight,
  IconCheck,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
  IconRotate2,
  IconX,
} from '@tabler/icons-react';
import type { ReleaseView } from '#lib/contract/release.ts';
import classes from './action-bar.module.css';
import { type ActionName, actionParts, mayForce } from './action-words.ts';

/** An allowed action is a button; a refused one keeps its place and its focus, and says why it is refused. */
export const ActionButton = (props: {
  id: string;
  action: ActionName;
  release: ReleaseView;
  suggested: boolean;
  open: boolean;
  onAsk: () => void;
}) => {
  const { id, action, release, suggested, open, onAsk } = props;
  const answer = release.actions[action];
  const Icon = ICONS[action];
  const [verb, object] = actionParts(action, release);
  const refusal = answer?.allowed === false && !mayForce(action, release) ? answer.text : null;
  const reasonId = `${id}-reason`;
  return (
    <Tooltip label={refusal ?? answerEffect(answer)} events={EVENTS} multiline maw={300} withArrow>
      <span className={classes.slot}>
        <Button
          id={id}
          className={classes.action ?? ''}
          variant={suggested && !refusal ? 'filled' : 'default'}
          data-refused={refusal !== null || undefined}
          aria-disabled={refusal !== null || undefined}
          aria-describedby={refusal ? reasonId : undefined}
          aria-expanded={refusal ? undefined : open}
          leftSection={<Icon size={17} stroke={1.8} aria-hidden="true" />}
          onClick={refusal ? undefined : onAsk}
        >
          <span className={classes.label}>
            <span>{verb}</span> {object && <span className={classes.object}>{object}</span>}
          </span>
        </Button>
        {refusal && (
          <span id={reasonId} className={classes.hidden}>
            {refusal}
          </span>
        )}
      </span>
    </Tooltip>
  );
};

const EVENTS = { hover: true, focus: true, touch: true };

const answerEffect = (answer: ReleaseView['actions'][ActionName] | undefined): string =>
  answer?.allowed ? answer.effect : '';

const ICONS: Record<ActionName, Icon> = {
  approve: IconCheck,
  reject: IconX,
  advance: IconArrowNarrowRight,
  pause: IconPlayerPause,
  resume: IconPlayerPlay,
  rollback: IconArrowBackUp,
  cancel: IconX,
  retry: IconRefresh,
  undo: IconRotate2,
};
