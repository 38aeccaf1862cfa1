import { Command, CommanderError } from 'commander';
import { registerAgent } from './agent-command.ts';
import { registerAnalyze } from './analyze.ts';
import { registerApply } from './apply-command.ts';
import { registerDora } from './dora-command.ts';
import { EXIT, exitCodeOf, printError } from './exit.ts';
import { registerImport } from './import-command.ts';
import { registerPlan } from './plan-command.ts';
import { registerRelease } from './release-commands.ts';
import { registerRetro } from './retro-command.ts';
import { AGENT_VERSION } from './version.ts';

export type Register = (program: Command) => void;

/** Runs one command line; gives the exit code: 0 done, 1 refused or failed, 2 wrong use. Never throws. */
export async function main(args: readonly string[], more: readonly Register[] = []): Promise<number> {
  const program = new Command('slipway')
    .description('Progressive releases: the cluster agent and the command line')
    .version(AGENT_VERSION)
    .enablePositionalOptions()
    .showHelpAfterError('(add --help for the options)')
    .exitOverride();
  for (const register of [
    registerAgent,
    registerRelease,
    registerPlan,
    registerApply,
    registerAnalyze,
    registerDora,
    registerRetro,
    registerImport,
    ...more,
  ])
    register(program);
  try {
    await program.parseAsync(args, { from: 'user' });
    return Number(process.exitCode ?? EXIT.done);
  } catch (error) {
    // Commander has printed its own words already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.wrongUse;
    printError(error, args.includes('--json'));
    return exitCodeOf(error);
  }
}
