import { Code } from '@mantine/core';
import { Card, Empty } from '../ui/page.tsx';
import classes from './insights.module.css';

/** How the numbers come to be: what Slipway releases counts by itself; history and Git are brought along. */
export const NothingYet = () => (
  <div className={classes.stack}>
    <Empty title="There is nothing to count yet">
      Releases to production are counted from the first one on. To see your past too, import it; for lead
      time, connect the Git repository that the versions come from.
    </Empty>
    <Card>
      <div className={classes.stack}>
        <p className={classes.definition}>Import deployments, commits and incidents from three CSV files:</p>
        <Code block>slipway import ./history --dry-run{'\n'}slipway import ./history</Code>
        <p className={classes.definition}>Connect a repository; it is read every five minutes:</p>
        <Code block>
          {`curl -X PUT $SLIPWAY/api/v1/repositories/shop -H "Authorization: Bearer $TOKEN" \\
  -H "Content-Type: application/json" \\
  -d '{"location":"https://git.example.org/team/shop","services":{"shop":["services/shop"]}}'`}
        </Code>
        <p className={classes.definition}>
          Report an incident, or let PagerDuty, Grafana or Alertmanager do it:
        </p>
        <Code block>
          {`curl -X POST $SLIPWAY/api/v1/incidents -H "Authorization: Bearer $TOKEN" \\
  -H "Content-Type: application/json" \\
  -d '{"services":["shop"],"severity":2,"startedAt":"2026-03-02T10:00:00Z"}'`}
        </Code>
      </div>
    </Card>
  </div>
);
