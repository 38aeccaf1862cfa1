/** Commands for the server's own host: they speak to its database and need no sign-in. */
import type { Command } from 'commander';
import { EXIT } from '../../agent/src/cli/exit.ts';
import { readText } from '../../agent/src/cli/read-text.ts';

type Json = { json?: boolean };
type TokenOptions = Json & { name: string; scopes: string; expiresInDays?: string };
type UserOptions = Json & { email: string; name: string; role: string; passwordStdin?: boolean };

/** Adds `token` and `user`. Exit codes: 0 done, 1 refused or no database, 2 wrong use. */
export const registerServerCommands = (program: Command): void => {
  const token = program
    .command('token')
    .description('API tokens; on the host of the server, without sign-in');
  token
    .command('create')
    .description('make a token and print it, once')
    .requiredOption('--name <name>', 'what it is for')
    .requiredOption('--scopes <list>', `any of ${SCOPES}, with commas between`)
    .option('--expires-in-days <n>', 'worthless after this many days; without it, it does not expire')
    .option('--json', 'print JSON')
    .action((options: TokenOptions) => run(async (commands) => commands.createToken(options)));
  token
    .command('list')
    .description('list tokens, without their secrets')
    .option('--json', 'print JSON')
    .action((options: Json) => run(async (commands) => commands.listTokens(options)));
  token
    .command('revoke <id>')
    .description('make a token worthless at once')
    .option('--json', 'print JSON')
    .action((id: string, options: Json) => run(async (commands) => commands.revokeToken(id, options)));
  const user = program.command('user').description('people; on the host of the server, without sign-in');
  user
    .command('create')
    .description('make a person known, and print a password for them unless one is given')
    .requiredOption('--email <address>', 'with this they sign in')
    .requiredOption('--name <name>', 'how others see them')
    .requiredOption('--role <role>', 'viewer, operator, approver or administrator')
    .option('--password-stdin', 'take the password from standard input')
    .option('--json', 'print JSON')
    .action((options: UserOptions) => {
      const password = options.passwordStdin ? readText('-').replace(/\r?\n$/, '') : undefined;
      return run(async (commands) => commands.createUser(options, password));
    });
};

const SCOPES = 'release:read, release:write, release:approve, config:write, review:write, admin';

/** Loads the database's code only when a command needs it: an agent's start must not pay for it. */
const run = async (
  command: (commands: typeof import('./local-commands.ts')) => Promise<void>,
): Promise<void> => {
  await command(await import('./local-commands.ts'));
  process.exitCode = EXIT.done;
};
