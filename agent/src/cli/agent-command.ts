import type { Command } from 'commander';
import { EXIT } from './exit.ts';
import { readText } from './read-text.ts';
import { AGENT_VERSION } from './version.ts';

export type AgentRunOptions = {
  server?: string;
  cluster?: string;
  token?: string;
  state?: string;
  config?: string;
  log?: string;
  allowHaproxySocket?: string[];
  allowUrl?: string[];
  allowFile?: string[];
};

const many = (value: string, before: string[] = []) => [...before, value];

/** `slipway agent run`: the agent of one cluster, until SIGINT or SIGTERM. */
export function registerAgent(program: Command): void {
  const agent = program.command('agent').description('the agent that acts in a cluster');
  agent
    .command('run')
    .description('run the agent of a cluster; leaves traffic as it is when it stops')
    .option('--server <url>', 'address of the server')
    .option('--cluster <slug>', 'the cluster this agent acts in')
    .option('--token <token>', 'one-time enrolment token, needed the first time only')
    .option('--state <dir>', 'directory of key and journal, readable by its owner only')
    .option('--config <file>', 'YAML file with the same names, and allow:')
    .option('--log <level>', 'debug, info, warn or error')
    .option('--allow-haproxy-socket <address>', 'a router socket the agent may open; repeatable', many)
    .option('--allow-url <url>', 'an address the agent may open; repeatable', many)
    .option('--allow-file <path>', 'a file metric sources may read; repeatable', many)
    .addHelpText('after', ALLOW_TEXT)
    .action(async (options: AgentRunOptions) => {
      const { readSettings } = await import('../settings.ts');
      const yaml = options.config === undefined ? null : readText(options.config);
      const settings = readSettings(yaml, flagsOf(options));
      const { runAgent } = await import('../run-agent.ts');
      await runAgent(settings, AGENT_VERSION);
      process.exitCode = EXIT.done;
    });
}

const ALLOW_TEXT = `
The agent opens only what its owner allows, whatever the server asks. With no --allow-... flag and no allow: in
--config that is: loopback addresses and Unix sockets of this host, no commands, no files. With any of them, it is
only what is listed. Commands are listed in --config only: allow: { commands: { <unit>: { start, stop, check } } }.`;

function flagsOf(options: AgentRunOptions): Record<string, unknown> {
  const { server, cluster, token, state, log } = options;
  const { allowHaproxySocket, allowUrl, allowFile } = options;
  const lists = {
    haproxySockets: allowHaproxySocket,
    urls: allowUrl,
    files: allowFile,
  };
  const given = Object.values(lists).some((list) => list !== undefined);
  return { server, cluster, token, state, log, allow: given ? lists : undefined };
}
