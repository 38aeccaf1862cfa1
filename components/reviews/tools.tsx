'use client';

import { Button, Switch } from '@mantine/core';
import type { RetrospectiveView } from '#lib/contract/retrospective.ts';
import { endpoints } from '#lib/routes.ts';
import classes from './reviews.module.css';
import { type Changing, partsOf } from './use-change.ts';

/** Ways out of the page, and the switch between roles and names. */
export const Tools = ({ view, change }: { view: RetrospectiveView; change: Changing }) => (
  <div className={classes.toolbar}>
    {view.editable && (
      <Switch
        label="Roles, not names"
        checked={view.blameless}
        disabled={change.isPending}
        onChange={(event) =>
          change.mutate({
            path: partsOf(view.id).document,
            method: 'PUT',
            body: { blameless: event.currentTarget.checked, expectedVersion: view.version },
          })
        }
      />
    )}
    <Button component="a" href={endpoints.retrospectiveExport(view.id, 'md')} variant="default" size="xs">
      Markdown
    </Button>
    <Button
      component="a"
      href={endpoints.retrospectiveExport(view.id, 'json')}
      download={`retrospective-${view.id}.json`}
      variant="default"
      size="xs"
    >
      JSON
    </Button>
    <Button variant="default" size="xs" onClick={() => window.print()}>
      Print or PDF
    </Button>
  </div>
);
