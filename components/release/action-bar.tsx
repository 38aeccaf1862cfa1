'use client';

import { UnstyledButton } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { newKey } from '#lib/client/api.ts';
import { type ReleaseView, releaseActions } from '#lib/contract/release.ts';
import classes from './action-bar.module.css';
import { ActionButton } from './action-button.tsx';
import { ActionOutcome } from './action-outcome.tsx';
import { type ActionName, actionsInSight, mayForce, suggestedAction } from './action-words.ts';
import { ConfirmPanel } from './confirm-panel.tsx';
import { useAct } from './use-act.ts';

type Asked = { action: ActionName; key: string; version: number };

/** What may be done now, exactly as the API says; what may not stays in sight with its reason. */
export const ActionBar = ({ release }: { release: ReleaseView }) => {
  const act = useAct(release.id);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [more, setMore] = useState(false);
  const moreId = useId();
  const inSight = actionsInSight(release);
  const suggested = suggestedAction(release);
  const ask = (action: ActionName) => {
    act.reset();
    setMore(false);
    setAsked({ action, key: newKey(), version: release.stateVersion });
  };
  const close = () => {
    const opener = asked && document.getElementById(buttonId(asked.action));
    setAsked(null);
    opener?.focus();
  };
  const button = (action: ActionName) => (
    <ActionButton
      key={action}
      id={buttonId(action)}
      action={action}
      release={release}
      suggested={action === suggested && asked === null}
      open={asked?.action === action}
      onAsk={() => ask(action)}
    />
  );
  return (
    <section className={classes.bar} aria-label="Actions" id="actions">
      {asked ? (
        <ConfirmPanel
          key={asked.key}
          action={asked.action}
          release={release}
          busy={act.isPending}
          onCancel={close}
          onConfirm={(reason) =>
            act.mutate(
              {
                action: asked.action,
                expectedVersion: asked.version,
                key: asked.key,
                reason,
                force: mayForce(asked.action, release),
              },
              { onSettled: close },
            )
          }
        />
      ) : (
        <ActionOutcome act={act} release={release} />
      )}
      {more && (
        <div id={moreId} className={classes.more}>
          {releaseActions.filter((action) => !inSight.includes(action)).map(button)}
        </div>
      )}
      <div className={classes.row}>
        {inSight.map(button)}
        <UnstyledButton
          className={classes.moreButton}
          aria-expanded={more}
          aria-controls={moreId}
          onClick={() => setMore(!more)}
        >
          {more ? 'Fewer' : 'More'}
          <IconChevronDown size={16} aria-hidden="true" />
        </UnstyledButton>
      </div>
    </section>
  );
};

const buttonId = (action: ActionName) => `action-${action}`;
