import { ApiError } from '#lib/client/problem.ts';
import type { PlanCheck } from '#lib/contract/config.ts';
import { Card } from '../ui/page.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { Standing } from '../ui/standing.tsx';
import { PlanPicture } from './plan-picture.tsx';
import classes from './plans-page.module.css';

/** What the server says about the text: mistakes by path, or the plan as a picture and in sentences. */
export const PlanCheckPanel = ({ check, error }: { check: PlanCheck | undefined; error: Error | null }) => {
  const mistakes = mistakesOf(check, error);
  if (mistakes.length > 0)
    return (
      <Card>
        <div role="status">
          <Standing
            sign={{
              tone: 'fail',
              shape: 'cross-in-octagon',
              word: mistakes.length === 1 ? '1 mistake' : `${mistakes.length} mistakes`,
            }}
          />
          <ul className={classes.errors}>
            {mistakes.map(({ path, message }) => (
              <li key={`${path} ${message}`}>
                <code>{path || 'document'}</code> {message}
              </li>
            ))}
          </ul>
        </div>
      </Card>
    );
  if (error) return <ProblemNote error={error} />;
  if (!check) return null;
  return (
    <Card>
      <div role="status">
        <Standing sign={{ tone: 'pass', shape: 'check-in-circle', word: 'valid' }} />
      </div>
      <div style={{ marginTop: '0.75rem' }}>
        <PlanPicture stages={check.stages} />
      </div>
      <ul className={classes.sentences}>
        {check.sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </Card>
  );
};

/** Mistakes of a checked plan, or of a text that could not even be read. */
const mistakesOf = (
  check: PlanCheck | undefined,
  error: Error | null,
): { path: string; message: string }[] => {
  if (error instanceof ApiError && error.status >= 400 && error.status < 500)
    return error.problem.errors?.length
      ? error.problem.errors
      : [{ path: '', message: error.problem.detail }];
  return error ? [] : (check?.errors ?? []);
};
