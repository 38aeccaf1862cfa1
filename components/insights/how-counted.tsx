import type { DoraSettingsView } from '#lib/contract/dora.ts';
import { Card } from '../ui/page.tsx';
import classes from './insights.module.css';
import { windowWords } from './words.ts';

type Props = {
  version: number;
  timezone: string;
  from: string;
  to: string;
  settings: DoraSettingsView | undefined;
};

/** The rules behind the numbers, as they were when these were counted. */
export const HowCounted = ({ version, timezone, from, to, settings }: Props) => (
  <Card>
    <details className={classes.how}>
      <summary>
        How this is counted: definitions version {version}, {windowWords(from, to)}, days of {timezone}
      </summary>
      <dl>
        {[...(settings ? [chosen(settings)] : []), ...RULES].map(([name, rule]) => (
          <div key={name} style={{ display: 'contents' }}>
            <dt>{name}</dt>
            <dd>{rule}</dd>
          </div>
        ))}
      </dl>
    </details>
  </Card>
);

/** What the organisation has chosen. */
const chosen = (settings: DoraSettingsView): [string, string] => [
  'Chosen here',
  `Incidents of severity ${settings.severities.join(', ')} count. A deployment is held to have caused an incident when it finished at most ${settings.linkWindowHours} h before. ${
    settings.firstDeploymentIsBaseline
      ? 'The first deployment of a service is its baseline.'
      : 'The first deployment of a service gives samples like any other.'
  }`,
];

const RULES: readonly [name: string, rule: string][] = [
  [
    'What counts',
    'Finished deployments to production. Staging, previews, drills and what is still running never count. Regions and waves of one deployment are one.',
  ],
  [
    'Frequency',
    'Successful deployments by the day they finished, divided by the calendar days of the window. None is zero: that is known.',
  ],
  [
    'Lead time',
    'One sample for each commit and service it touches: from the author’s time to the first successful deployment that contains it, found through the history of Git. Merge commits carry none. The first deployment of a service is where counting begins and gives no samples; commits that Git did not tell us of give none either. Negative times are left out and counted.',
  ],
  [
    'Changes',
    'Deployments that reached somebody and are no rollbacks. What was cancelled, or failed before anybody saw it, is neither a change nor a failure.',
  ],
  [
    'Failed change',
    'At most once a change: it was aborted after it had reached somebody, an incident is linked to it, it was rolled back, or a hotfix names it. It counts in the window in which the change finished, so that a late incident can still move the past.',
  ],
  [
    'Contained',
    'A failed change that never reached everybody. Progressive delivery makes failures small; the difference between both rates is what that buys.',
  ],
  [
    'Incident links',
    'What an incident names as its cause counts first. Otherwise, for each affected service, the deployment that began last before the incident, unless it is a rollback or was over for longer than the link window. Drills, duplicates, external causes and severities that do not count are not linked. A person may confirm, change or reject a link; the last word counts.',
  ],
  [
    'Recovery',
    'From the beginning of the impact to its end: of the incidents when there are some, else to the end of the earliest fix, else to the end of the aborted rollout. It counts in the window in which it ended. Open ones are counted, never in the median.',
  ],
  ['Rework', 'Successful deployments that were unplanned: said so, or hotfixes and rollbacks.'],
  [
    'Too few',
    'Below five samples no median or percentile is shown. Percentiles are those of all samples of the window, never of daily values.',
  ],
  [
    'Still moving',
    'Windows that ended within the link window: incidents may still be linked to their changes.',
  ],
  [
    'No comparison',
    'Services differ in kind, so they stand by name and are compared with their own past only. There are no numbers about persons.',
  ],
];
