import {
  answerOf,
  type DoraAnswer,
  deriveFacts,
  endsOf,
  type Facts,
  factsOfService,
  type RowProblem,
  suggest,
  windowOf,
} from '../domain.ts';
import { readHistory } from './history-files.ts';

type Asked = { from?: string; to?: string; timezone?: string; service?: string };

/** What the files of `directory` alone say. What is `asked` wins over config.json. Throws as `readHistory` does. */
export function answerOfFiles(
  directory: string,
  asked: Asked,
  now: number,
): { answer: DoraAnswer; notes: RowProblem[] } {
  const { history, notes, config } = readHistory(directory);
  const settings = { ...config.settings, timezone: asked.timezone ?? config.settings.timezone };
  const rowsOf = <T>(lined: readonly { row: T }[]): T[] => lined.map(({ row }) => row);
  const all = deriveFacts(
    {
      deployments: rowsOf(history.deployments),
      commits: rowsOf(history.commits),
      incidents: rowsOf(history.incidents),
      decisions: [],
    },
    settings,
  );
  const facts = asked.service === undefined ? all : factsOfNamed(all, asked.service);
  const ends = { from: asked.from ?? config.from, to: asked.to ?? config.to };
  const window = windowOf(ends, settings.timezone, endsOf(facts), now);
  return { answer: answerOf(facts, { settings, window, asOf: now, details: true }), notes };
}

function factsOfNamed(facts: Facts, service: string): Facts {
  const known = [...new Set([...facts.deployments, ...facts.deliveries].map((fact) => fact.service))];
  if (known.includes(service)) return factsOfService(facts, service);
  const near = suggest(service, known);
  throw new Error(
    `--service: the files hold no service ${service}${near === null ? '' : `, did you mean ${near}?`}`,
  );
}
