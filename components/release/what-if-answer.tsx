import type { WhatIfView } from '#lib/contract/analysis.ts';
import { durationText } from '#lib/domain/release/words.ts';
import { Standing } from '../ui/standing.tsx';
import { verdictSign } from './signs.ts';
import classes from './what-if.module.css';

/** Both policies side by side: when each decided, in which stage and why; then what that changes and what it cannot tell. */
export const WhatIfAnswer = ({ answer }: { answer: WhatIfView }) => (
  <section className={classes.answer} aria-label="What would have been">
    <p className={classes.summary}>{answer.summary}</p>
    <div className={classes.courses}>
      <Course title="The release's own policy" course={answer.own} />
      <Course title="This policy" course={answer.other} />
    </div>
    {answer.note && <p className={classes.limit}>{answer.note}</p>}
    <p className={classes.limit}>{answer.limit}</p>
  </section>
);

const Course = ({ title, course }: { title: string; course: WhatIfView['own'] }) => (
  <section aria-label={title} className={classes.course}>
    <h3>{title}</h3>
    <Standing sign={verdictSign(course)} badge />
    <dl>
      <dt>Rolls back</dt>
      <dd>{momentText(course.rollback)}</dd>
      <dt>Could advance</dt>
      <dd>{momentText(course.advance)}</dd>
    </dl>
    <p>{(course.rollback ?? course.advance)?.sentence ?? course.sentence}</p>
  </section>
);

const momentText = (moment: WhatIfView['own']['rollback']): string =>
  moment
    ? `after ${durationText(moment.second)}, in stage ${moment.stage.name}`
    : 'not on these measurements';
