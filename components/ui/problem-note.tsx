'use client';

import { Button } from '@mantine/core';
import { useLiveStatus } from '#lib/client/live-context.tsx';
import { ApiError } from '#lib/client/problem.ts';
import classes from './problem-note.module.css';

/**
 * What went wrong, where it went wrong, with a way to try again and the id that the server's log knows. Silent while
 * the strip on top says that the whole server is out of reach.
 */
export const ProblemNote = ({ error, retry }: { error: Error; retry?: () => void }) => {
  const { state } = useLiveStatus();
  if (state === 'unreachable' && error instanceof ApiError && error.status === 0) return null;
  return (
    <div className={classes.note} role="alert">
      <p>
        {error instanceof ApiError
          ? error.problem.detail
          : 'The answer could not be read; the page may be older than the server. Load it again.'}
        {error instanceof ApiError && error.problem.requestId && (
          <span className={classes.request}> Request {error.problem.requestId}</span>
        )}
      </p>
      {retry && (
        <Button className={classes.retry ?? ''} variant="default" size="xs" onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  );
};
