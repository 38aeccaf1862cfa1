import { Button } from '@mantine/core';
import { ApiError } from '#lib/client/problem.ts';
import classes from './problem-note.module.css';

/** What went wrong, where it went wrong, with a way to try again and the id that the server's log knows. */
export const ProblemNote = ({ error, retry }: { error: Error; retry?: () => void }) => (
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
      <Button variant="default" size="xs" onClick={retry}>
        Try again
      </Button>
    )}
  </div>
);
