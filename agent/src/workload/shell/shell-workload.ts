/**
 * Brings versions up and down with the commands that the agent's owner declared for a unit. A unit has two places,
 * its tracks, that run independently of each other: `start` and `stop` get `{track}` and must leave the other track
 * alone. Operations of one unit run one after another; `status` and `check` only look.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Track } from '../../protocol.ts';
import type { Command, UnitCommands } from '../allowed-commands.ts';
import { type Workload, WorkloadError, type WorkloadState } from '../workload.ts';
import { type PlaceholderValues, renderArguments } from './render-arguments.ts';
import { type CommandResult, OverrunError, runCommand } from './run-command.ts';
import { inTurn } from './unit-queue.ts';

/** Without a `status` command the driver cannot ask what runs, so `ensure` runs `start` and `stop` runs `stop` every time. */
export const createShellWorkload = (unit: string, commands: UnitCommands): Workload => {
  const closing = new AbortController();
  const running = new Set<Promise<unknown>>();
  const operate = <T>(operation: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> => {
    const both = AbortSignal.any([signal, closing.signal]);
    const work = inTurn(unit, () => operation(both));
    running.add(work);
    return work.finally(() => running.delete(work));
  };
  const shell = new UnitShell(unit, commands);
  return {
    managed: true,
    ensure: (track, artifact, signal) => operate((both) => shell.ensure(track, artifact, both), signal),
    stop: (track, signal) => operate((both) => shell.stop(track, both), signal),
    state: (track, signal) => shell.state(track, AbortSignal.any([signal, closing.signal])),
    /** Ends running commands, not what they started. */
    async close() {
      closing.abort(new WorkloadError(`unit ${unit}: the agent is stopping`));
      await Promise.allSettled(running);
    },
  };
};

type Artifact = { version: string; digest: string };
type CommandName = keyof UnitCommands;

class UnitShell {
  readonly #unit: string;
  readonly #commands: UnitCommands;

  constructor(unit: string, commands: UnitCommands) {
    this.#unit = unit;
    this.#commands = commands;
  }

  async ensure(track: Track, artifact: Artifact, signal: AbortSignal): Promise<void> {
    const before = await this.state(track, signal);
    if (before?.healthy && isSame(before, artifact)) return;
    const values = { ...artifact, track, previousVersion: before?.version ?? '' };
    const { exitCode, output } = await this.#run('start', this.#commands.start, values, signal);
    if (exitCode !== 0) throw this.#error('start', track, `exited with status ${exitCode}${output}`);
    await this.#passCheck(values, signal);
    const after = await this.state(track, signal);
    if (this.#commands.status && (!after || !isSame(after, artifact)))
      throw this.#error('start', track, `left ${nameOf(after)} running instead of ${nameOf(artifact)}`);
  }

  async stop(track: Track, signal: AbortSignal): Promise<void> {
    const before = await this.state(track, signal);
    if (this.#commands.status && before === null) return;
    const values = {
      version: before?.version ?? '',
      digest: before?.digest ?? '',
      track,
      previousVersion: '',
    };
    const { exitCode, output } = await this.#run('stop', this.#commands.stop, values, signal);
    if (exitCode !== 0) throw this.#error('stop', track, `exited with status ${exitCode}${output}`);
  }

  async state(track: Track, signal: AbortSignal): Promise<WorkloadState> {
    const { status } = this.#commands;
    if (!status) return null;
    const { exitCode, stdout, output } = await this.#run('status', status, onlyTrack(track), signal);
    if (exitCode !== 0) throw this.#error('status', track, `exited with status ${exitCode}${output}`);
    const state = stateSchema.safeParse(parseJson(stdout));
    if (state.success) return state.data;
    const wanted = '{"version":"…","digest":"…","healthy":true} or null';
    throw this.#error('status', track, `must print ${wanted}, and nothing else${output}`);
  }

  async #passCheck(values: PlaceholderValues, signal: AbortSignal): Promise<void> {
    const { check } = this.#commands;
    const endsAt = performance.now() + check.timeoutSeconds * 1000;
    let last = '';
    for (;;) {
      const secondsLeft = (endsAt - performance.now()) / 1000;
      if (secondsLeft <= 0)
        throw this.#error('check', values.track, `did not pass within ${check.timeoutSeconds} s${last}`);
      const attempt = { ...check, timeoutSeconds: Math.min(secondsLeft, attemptSecondsMax) };
      const result = await this.#attempt(attempt, values, signal);
      if (result.exitCode === 0) return;
      last = `; last exited with status ${result.exitCode}${result.output}`;
      await sleep(Math.min(pauseMs, check.timeoutSeconds * 100), undefined, { signal });
    }
  }

  /** One question that takes too long is a "not yet" like any other. */
  async #attempt(check: Command, values: PlaceholderValues, signal: AbortSignal): Promise<CommandResult> {
    try {
      return await this.#run('check', check, values, signal);
    } catch (error) {
      if (!(error instanceof OverrunError)) throw error;
      return { exitCode: 1, stdout: '', output: `: ${error.message}` };
    }
  }

  async #run(
    name: CommandName,
    command: Command,
    values: PlaceholderValues,
    signal: AbortSignal,
  ): Promise<CommandResult> {
    try {
      return await runCommand({ ...command, argv: renderArguments(command.argv, values) }, signal);
    } catch (error) {
      if (!(error instanceof WorkloadError) || signal.aborted) throw error;
      if (error instanceof OverrunError)
        throw new OverrunError(this.#text(name, values.track, error.message));
      throw this.#error(name, values.track, error.message);
    }
  }

  #error(name: CommandName, track: string, what: string): WorkloadError {
    return new WorkloadError(this.#text(name, track, what));
  }

  #text(name: CommandName, track: string, what: string): string {
    return `${name} of unit ${this.#unit} on ${track}: ${what}`;
  }
}

const attemptSecondsMax = 10;
const pauseMs = 500;

const stateSchema = z.object({ version: z.string(), digest: z.string(), healthy: z.boolean() }).nullable();

const onlyTrack = (track: Track): PlaceholderValues => ({
  version: '',
  digest: '',
  track,
  previousVersion: '',
});

const isSame = (state: Artifact, artifact: Artifact): boolean =>
  state.version === artifact.version && state.digest === artifact.digest;

const nameOf = (state: Artifact | null): string => (state ? `${state.version} (${state.digest})` : 'nothing');

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
