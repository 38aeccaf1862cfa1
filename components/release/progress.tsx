import type { ReleaseTargetView } from '#lib/contract/release.ts';
import classes from './progress.module.css';

/** How far a wish has come, in the words that every page uses. */
export const PROGRESS_STEPS = [
  'queued',
  'sent',
  'confirmed',
  'seen',
] as const satisfies readonly ReleaseTargetView['progress'][];

const MEANINGS: Record<ReleaseTargetView['progress'], string> = {
  queued: 'written down, not yet on its way',
  sent: 'on its way to the agent',
  confirmed: 'the agent read it back from the router',
  seen: 'visible in the traffic that the router counts',
};

/** The four words, the reached ones strong; a finished release does not nag about the last. */
export const Progress = ({
  reached,
  over = false,
}: {
  reached: ReleaseTargetView['progress'];
  over?: boolean;
}) => {
  const at = PROGRESS_STEPS.indexOf(reached);
  return (
    <ol className={classes.progress} aria-label={`Change ${reached}`} data-over={over || undefined}>
      {PROGRESS_STEPS.map((step, index) => (
        <li
          key={step}
          data-reached={index <= at || undefined}
          aria-current={index === at ? 'step' : undefined}
          title={MEANINGS[step]}
        >
          {step}
        </li>
      ))}
    </ol>
  );
};
