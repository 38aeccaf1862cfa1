import { DriverError } from '../driver.ts';
import type { HaproxyConfig } from './config.ts';
import { runtimeCommand } from './runtime.ts';

/** One server line as HAProxy reports it. `requests` counts since the process started. */
export type ServerStats = { name: string; weight: number; status: string; requests: number };
export type Side = { servers: ServerStats[]; weight: number; requests: number; up: boolean };
export type Stats = { pid: string; version: string; algorithm: string | null; baseline: Side; canary: Side };

/** Reads both sides of the backend. Throws `DriverError` that names the field whose backend or server does not exist. */
export const readStats = async (config: HaproxyConfig, signal: AbortSignal): Promise<Stats> => {
  const answer = await runtimeCommand(config.socket, ['show info', 'show stat'], signal);
  const [info = '', table = ''] = splitAnswer(answer);
  const rows = parseCsv(table).filter((row) => row.pxname === config.backend);
  if (rows.length === 0) throw new DriverError(`router.backend: HAProxy has no backend "${config.backend}"`);
  const sideOf = (field: 'baseline' | 'canary'): Side => {
    const servers = config[field].map((name, index) => {
      const row = rows.find((candidate) => candidate.svname === name);
      if (!row)
        throw new DriverError(
          `router.${field}[${index}]: backend "${config.backend}" has no server "${name}"; it has ${serverNames(rows)}`,
        );
      return toServer(row);
    });
    return {
      servers,
      weight: servers.reduce((sum, server) => sum + server.weight, 0),
      requests: servers.reduce((sum, server) => sum + server.requests, 0),
      up: servers.some((server) => isUp(server.status)),
    };
  };
  return {
    pid: /^Pid: (\d+)$/m.exec(info)?.[1] ?? 'unknown',
    version: /^Version: (\S+)$/m.exec(info)?.[1] ?? 'unknown',
    algorithm: rows.find((row) => row.svname === 'BACKEND')?.algo || null,
    baseline: sideOf('baseline'),
    canary: sideOf('canary'),
  };
};

/** A server without health checks counts as up; one in maintenance or drain does not. */
const isUp = (status: string): boolean => status.startsWith('UP') || status === 'no check';

type Row = Record<string, string>;

const splitAnswer = (answer: string): [info: string, table: string] => {
  const at = answer.indexOf('# pxname');
  return at === -1 ? [answer, ''] : [answer.slice(0, at), answer.slice(at)];
};

/** HAProxy's CSV quotes only fields that hold commas; the columns read here never do, but their neighbours may. */
const parseCsv = (table: string): Row[] => {
  const [header = '', ...lines] = table.split('\n').filter((line) => line.trim() !== '');
  const names = splitLine(header.replace(/^# /, ''));
  return lines.map((line) =>
    Object.fromEntries(splitLine(line).map((value, index) => [names[index] ?? '', value])),
  );
};

const splitLine = (line: string): string[] =>
  [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, field = '']) =>
    field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field,
  );

const toServer = (row: Row): ServerStats => ({
  name: row.svname ?? '',
  weight: Number(row.uweight || row.weight || 0),
  status: row.status ?? '',
  requests: Number(row.req_tot || row.stot || 0),
});

const serverNames = (rows: readonly Row[]): string =>
  rows
    .map((row) => row.svname ?? '')
    .filter((name) => name !== 'BACKEND' && name !== 'FRONTEND')
    .join(', ') || 'none';
