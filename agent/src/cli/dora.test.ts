import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { tempDir } from '../testing/temp-dir.ts';
import { main } from './main.ts';

afterEach(() => {
  process.exitCode = undefined;
  vi.restoreAllMocks();
});

async function dora(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void out.push(line));
  vi.spyOn(console, 'error').mockImplementation((line: string) => void err.push(line));
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  const code = await main(['dora', ...args]);
  vi.restoreAllMocks();
  process.exitCode = undefined;
  return { code, out: out.join('\n'), err: err.join('\n') };
}

const DEPLOYMENTS =
  'id,service,environment,tier,group_id,commit_sha,version,kind,started_at,finished_at,status,max_exposure,rollback_of,remediates,unplanned,drill';
const COMMITS = 'sha,parents,authored_at,services,pr';
const INCIDENTS =
  'id,services,severity,started_at,detected_at,resolved_at,caused_by,cause,duplicate_of,drill';

const good: Record<string, string> = {
  'deployments.csv': `${DEPLOYMENTS}
d1,web,prod,production,,a,1,,2026-03-02T10:00:00Z,2026-03-02T10:10:00Z,success,,,,,
d2,web,prod,production,,b,2,,2026-03-03T10:00:00+01:00,2026-03-03T10:10:00+01:00,success,,,,,
d3,"web, too",prod,production,,a,1,,2026-03-04T10:00:00Z,2026-03-04T10:10:00Z,aborted,5,,,1,
`,
  'commits.csv': `${COMMITS}\na,,2026-03-01T10:10:00Z,*,\nb,a,2026-03-02T10:10:00+01:00,web,7\n`,
  'incidents.csv': `${INCIDENTS}\ni1,web,2,2026-03-03T09:30:00Z,,2026-03-03T10:30:00Z,,,,\n`,
};

function files(more: Record<string, string | null> = {}): string {
  const directory = tempDir();
  for (const [name, text] of Object.entries({ ...good, ...more }))
    if (text !== null) writeFileSync(join(directory, name), text);
  return directory;
}

/** One line of a file in place of another. */
const withLine = (file: string, line: number, text: string): Record<string, string> => ({
  [file]: (good[file] ?? '')
    .split('\n')
    .map((old, index) => (index + 1 === line ? text : old))
    .join('\n'),
});

describe('slipway dora --dir', () => {
  it('answers from the files alone, whatever the line ends, byte order mark and order of columns', async () => {
    const { code, out, err } = await dora('--dir', files(), '--json');
    expect([code, err]).toEqual([0, '']);
    const answer = JSON.parse(out);
    expect(answer).toMatchObject({
      definitions_version: 1,
      timezone: 'UTC',
      from: '2026-03-02',
      to: '2026-03-05',
      total: { deployments: 2, change_failure: { changes: 3, failed: 2, contained: 1 } },
      incident_links: { i1: ['d2'] },
      lead_time_samples: { 'b@web': 86_400 },
    });
    const crlf = Object.fromEntries(
      Object.entries(good).map(([name, text]) => [name, `\uFEFF${text.replaceAll('\n', '\r\n')}`]),
    );
    const again = await dora('--dir', files(crlf), '--json');
    expect(JSON.parse(again.out)).toMatchObject({ total: answer.total });
  });

  it('lets the command line win over config.json', async () => {
    const directory = files({
      'config.json': '{"timezone":"Asia/Tokyo","from":"2026-03-03","to":"2026-03-04"}',
    });
    expect(JSON.parse((await dora('--dir', directory, '--json')).out)).toMatchObject({
      timezone: 'Asia/Tokyo',
      from: '2026-03-03',
      total: { deployments: 1 },
    });
    const won = await dora('--dir', directory, '--json', '--timezone', 'UTC', '--from', '2026-03-02');
    expect(JSON.parse(won.out)).toMatchObject({
      timezone: 'UTC',
      to: '2026-03-04',
      total: { deployments: 2 },
    });
  });

  it('narrows to one service and says which it knows', async () => {
    const one = await dora('--dir', files(), '--json', '--service', 'web');
    expect(JSON.parse(one.out)).toMatchObject({
      total: { change_failure: { changes: 2 } },
      kinds: { d1: 'change' },
    });
    expect(await dora('--dir', files(), '--service', 'wob')).toMatchObject({
      code: 1,
      err: expect.stringContaining('did you mean web'),
    });
  });

  it('prints a table where "no data" is never a number', async () => {
    const { code, out } = await dora('--dir', files());
    expect(code).toBe(0);
    expect(out).toContain('no data');
    expect(out.split('\n')).toHaveLength(5);
  });

  it('goes on without commits and incidents, and says so', async () => {
    const { code, out, err } = await dora(
      '--dir',
      files({ 'commits.csv': null, 'incidents.csv': null }),
      '--json',
    );
    expect(code).toBe(0);
    expect(JSON.parse(out).total.lead_time).toMatchObject({ n: 0, median_s: null });
    expect(err).toContain('commits.csv');
    expect(err).toContain('incidents.csv');
  });

  it('notes names that nobody has, and goes on', async () => {
    const row = 'i1,web,2,2026-03-03T09:30:00Z,,2026-03-03T10:30:00Z,ghost,,phantom,';
    const { code, err } = await dora('--dir', files(withLine('incidents.csv', 2, row)), '--json');
    expect(code).toBe(0);
    expect(err).toMatch(/incidents\.csv:2, caused_by: names ghost/);
    expect(err).toMatch(/incidents\.csv:2, duplicate_of: names phantom/);
  });

  const d1 = (started: string, finished: string, status: string, exposure: string) =>
    withLine(
      'deployments.csv',
      2,
      `d1,web,prod,production,,a,1,,${started},${finished},${status},${exposure},,,,`,
    );
  const start = '2026-03-02T10:00:00Z';
  const end = '2026-03-02T10:10:00Z';

  it.each<[what: string, bad: Record<string, string | null>, said: RegExp]>([
    [
      'broken quoting',
      withLine('commits.csv', 3, 'b,"a,2026-03-02T10:10:00Z,web,7'),
      /commits\.csv:\d+: broken quoting/,
    ],
    [
      'a missing column',
      withLine('incidents.csv', 1, INCIDENTS.replace(',drill', '')),
      /incidents\.csv:1, drill: is missing/,
    ],
    [
      'an unknown column',
      withLine('commits.csv', 1, COMMITS.replace('pr', 'parent')),
      /commits\.csv:1, parent: .*did you mean parents/,
    ],
    ['a column twice', withLine('commits.csv', 1, `${COMMITS},sha`), /commits\.csv:1, sha: stands twice/],
    [
      'a cell too many',
      withLine('commits.csv', 2, 'a,,2026-03-01T10:10:00Z,*,,'),
      /commits\.csv:2: has 6 cells/,
    ],
    ['a blank id', withLine('commits.csv', 2, ',,2026-03-01T10:10:00Z,*,'), /commits\.csv:2, sha: is blank/],
    [
      'a time without an offset',
      d1('2026-03-02T10:00:00', end, 'success', ''),
      /deployments\.csv:2, started_at: .*add Z/,
    ],
    ['a date that does not exist', d1('2026-02-30T10:00:00Z', end, 'success', ''), /started_at: .*no time/],
    ['an end before the start', d1(end, start, 'success', ''), /deployments\.csv:2, finished_at: is before/],
    ['an unknown status', d1(start, end, 'done', ''), /deployments\.csv:2, status: .*success/],
    ['too much exposure', d1(start, end, 'success', '101'), /deployments\.csv:2, max_exposure: .*0 to 100/],
    ['negative exposure', d1(start, end, 'success', '-1'), /max_exposure/],
    [
      'an incident that ends before it begins',
      withLine('incidents.csv', 2, 'i1,web,2,2026-03-03T09:30:00Z,,2026-03-03T09:00:00Z,,,,'),
      /incidents\.csv:2, resolved_at: is before started_at/,
    ],
    [
      'commits in a cycle',
      { 'commits.csv': `${COMMITS}\na,b,2026-03-01T10:10:00Z,*,\nb,a,2026-03-02T10:10:00Z,web,7\n` },
      /commits\.csv:2, parents: .*a > b > a/,
    ],
    [
      'one id with two contents',
      { 'commits.csv': `${good['commits.csv']}b,a,2026-03-02T10:10:00+02:00,web,7\n` },
      /commits\.csv:4, sha: is b again, with other content than line 3/,
    ],
    ['no deployments', { 'deployments.csv': null }, /deployments\.csv:1: the file is missing/],
    ['an empty file', { 'deployments.csv': '' }, /deployments\.csv:1: is empty/],
    [
      'an unknown key of config.json',
      { 'config.json': '{"timezon":"UTC"}' },
      /config\.json:1, timezon: .*did you mean timezone/,
    ],
    [
      'a time zone that does not exist',
      { 'config.json': '{"timezone":"Mars/Base"}' },
      /config\.json:1, timezone: is no time zone/,
    ],
  ])('names %s by file, line and column and ends with 1', async (_what, bad, said) => {
    const plain = await dora('--dir', files(bad));
    expect(plain).toMatchObject({ code: 1, out: '', err: expect.stringMatching(said) });
    const json = await dora('--dir', files(bad), '--json');
    expect(json).toMatchObject({ code: 1, out: '' });
    expect(JSON.parse(json.err).problems[0]).toMatchObject({
      file: expect.any(String),
      line: expect.any(Number),
    });
  });

  it('takes the same row twice as one', async () => {
    const twice = `${good['incidents.csv']}${good['incidents.csv']?.split('\n')[1]}\n`;
    const { code, out } = await dora('--dir', files({ 'incidents.csv': twice }), '--json');
    expect([code, JSON.parse(out).incident_links]).toEqual([0, { i1: ['d2'] }]);
  });

  it.each([
    [['--dir', '/nowhere/at/all']],
    [['--dir', '.', '--from', 'soon']],
    [['--dir', '.', '--timezone', 'Mars/Base']],
    [['--dir', '.', '--from', '2026-03-02', '--to', '2026-03-02']],
    [['--sideways']],
  ])('ends with 2 for wrong use: %j', async (args) => {
    expect((await dora(...args)).code).toBe(2);
  });
});
