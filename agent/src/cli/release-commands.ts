import type { Command } from 'commander';
import { callApi } from './api.ts';
import { type ConnectionOptions, connectionOf, withConnection } from './connection.ts';
import { EXIT, UsageError } from './exit.ts';
import { registerList } from './release-list.ts';
import { describeRelease, type Release, releaseSchema } from './release-view.ts';
import { watchRelease } from './release-watch.ts';

/** What moves a release, with the words of `--help`. */
const ACTIONS: Record<string, string> = {
  advance: 'go to the next stage',
  pause: 'stop where it is',
  resume: 'go on after a pause',
  rollback: 'all traffic back to the baseline, at once',
  approve: 'approve a release that waits for it',
  reject: 'refuse a release that waits for approval',
  retry: 'ask failed targets again',
  cancel: 'end a release that has not begun',
  undo: 'take back an action within its undo time',
};

type StartOptions = ConnectionOptions & {
  service: string;
  environment: string;
  version: string;
  plan: string;
  reason?: string;
  watch?: boolean;
};
type ActOptions = ConnectionOptions & { reason?: string; expectedVersion?: number };

/** `slipway release ...`: everything API v1 can do with releases. */
export function registerRelease(program: Command): void {
  const release = program.command('release').description('start, watch and move releases');
  registerStart(release);
  registerReads(release);
  for (const [name, description] of Object.entries(ACTIONS)) registerAction(release, name, description);
}

function registerStart(release: Command): void {
  withConnection(release.command('start'))
    .description('start a release')
    .requiredOption('--service <slug>', 'what is released')
    .requiredOption('--environment <slug>', 'where')
    .requiredOption('--version <version>', 'the registered version to try')
    .requiredOption('--plan <name>', 'the plan to follow')
    .option('--reason <text>', 'why, for the record')
    .option('--watch', 'stay until it is finished')
    .action(async (options: StartOptions) => {
      const { service, environment, version, plan, reason } = options;
      const body = { service, environment, version, plan, ...(reason === undefined ? {} : { reason }) };
      const connection = connectionOf(options);
      const started = await callApi(connection, { method: 'POST', path: '/releases', body }, releaseSchema);
      print(started, options.json);
      if (options.watch) await watch(started.id, options);
    });
}

function registerReads(release: Command): void {
  registerList(release);
  withConnection(release.command('status <id>'))
    .description('show a release')
    .action(async (id: string, options: ConnectionOptions) => print(await read(id, options), options.json));
  withConnection(release.command('watch <id>'))
    .description('follow a release until it is finished; exit code 0 when it was released, else 1')
    .option('--timeout <seconds>', 'give up after this long', asSeconds)
    .action((id: string, options: ConnectionOptions & { timeout?: number }) => watch(id, options));
}

function registerAction(release: Command, name: string, description: string): void {
  withConnection(release.command(`${name} <id>`))
    .description(description)
    .option('--reason <text>', 'why, for the record')
    .option(
      '--expected-version <number>',
      'refuse when the release has moved on (default: as read just before)',
      asCount,
    )
    .action(async (id: string, options: ActOptions) => {
      const { reason } = options;
      // Rolling back never waits for a look at the present state.
      const expectedVersion =
        options.expectedVersion ?? (name === 'rollback' ? undefined : (await read(id, options)).stateVersion);
      const body = {
        ...(expectedVersion === undefined ? {} : { expectedVersion }),
        ...(reason === undefined ? {} : { reason }),
      };
      const path = `/releases/${encodeURIComponent(id)}/${name}`;
      print(
        await callApi(connectionOf(options), { method: 'POST', path, body }, releaseSchema),
        options.json,
      );
    });
}

function read(id: string, options: ConnectionOptions): Promise<Release> {
  const path = `/releases/${encodeURIComponent(id)}`;
  return callApi(connectionOf(options), { method: 'GET', path }, releaseSchema);
}

async function watch(id: string, options: ConnectionOptions & { timeout?: number }): Promise<void> {
  const outcome = await watchRelease(() => read(id, options), {
    json: options.json === true,
    timeoutSeconds: options.timeout ?? null,
  });
  process.exitCode = outcome === 'released' ? EXIT.done : EXIT.refused;
}

function print(release: Release, json: boolean | undefined): void {
  console.log(json ? JSON.stringify(release) : describeRelease(release));
}

function asSeconds(text: string): number {
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds > 0) return seconds;
  throw new UsageError(`--timeout: ${text} is not a number of seconds`);
}

function asCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new UsageError(`--expected-version: ${text} is not a state version`);
}
