import Link from 'next/link';
import type { DoraAnswer } from '#lib/domain/dora/answer.ts';
import { DataTable } from '../ui/table.tsx';
import classes from './insights.module.css';
import { countWords, frequencyWords, NO_DATA, rateWords, sampledWords, spanWords } from './words.ts';

type Props = {
  services: DoraAnswer['by_service'];
  undeployed: DoraAnswer['undeployed'];
  hrefOf: (service: string) => string;
};

/** Each service by itself, by name: what differs in kind is not ranked. */
export const ServiceTable = ({ services, undeployed, hrefOf }: Props) => {
  const names = [...new Set([...Object.keys(services), ...Object.keys(undeployed)])].sort();
  return (
    <DataTable
      caption="Services by name"
      head={['Service', 'Deploys', 'Lead time', 'Fail rate', 'Recovery', 'Rework', 'Oldest undeployed']}
    >
      {names.map((name) => {
        const own = services[name];
        const waiting = undeployed[name];
        return (
          <tr key={name}>
            <th scope="row" data-label="Service">
              <Link href={hrefOf(name)} scroll={false}>
                {name}
              </Link>
            </th>
            <td data-label="Deploys">
              {own ? frequencyWords(own.per_day) : NO_DATA}
              {own && <span className={classes.sub}>{countWords(own.deployments, 'deployment')}</span>}
            </td>
            <td data-label="Lead time">
              {own ? sampledWords(own.lead_time.median_s, own.lead_time.n) : NO_DATA}
              {own && own.lead_time.n > 0 && (
                <span className={classes.sub}>{countWords(own.lead_time.n, 'commit')}</span>
              )}
            </td>
            <td data-label="Fail rate">
              {own ? rateWords(own.change_failure.rate) : NO_DATA}
              {own && own.change_failure.changes > 0 && (
                <span className={classes.sub}>
                  {own.change_failure.failed} of {countWords(own.change_failure.changes, 'change')},{' '}
                  {own.change_failure.contained} contained
                </span>
              )}
            </td>
            <td data-label="Recovery">
              {own ? sampledWords(own.recovery.median_s, own.recovery.n) : NO_DATA}
              {own && own.recovery.open > 0 && <span className={classes.sub}>{own.recovery.open} open</span>}
            </td>
            <td data-label="Rework">{own ? rateWords(own.rework.rate) : NO_DATA}</td>
            <td data-label="Oldest undeployed">
              {waiting ? spanWords(waiting.age_s) : 'none waits'}
              {waiting && <span className={classes.sub}>{countWords(waiting.n, 'commit')} wait</span>}
            </td>
          </tr>
        );
      })}
    </DataTable>
  );
};
