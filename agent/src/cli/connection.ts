import type { Command } from 'commander';
import type { Connection } from './api.ts';
import { UsageError } from './exit.ts';

export type ConnectionOptions = { server: string; token?: string; json?: boolean };

/** Adds `--server`, `--token` and `--json` to a command that speaks to the server. */
export function withConnection(command: Command): Command {
  return command
    .option('--server <url>', 'address of the server', process.env.SLIPWAY_SERVER ?? 'http://127.0.0.1:3000')
    .option('--token <token>', 'API token (default: SLIPWAY_TOKEN)')
    .option('--json', 'print JSON');
}

export function connectionOf(options: ConnectionOptions): Connection {
  if (!URL.canParse(options.server)) throw new UsageError(`--server: ${options.server} is not an address`);
  return { server: options.server, token: options.token ?? process.env.SLIPWAY_TOKEN };
}
