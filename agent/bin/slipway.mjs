#!/usr/bin/env node
/** Composition root of the command line: TypeScript loader, the agent's commands, and the server's when here. */
import { existsSync } from 'node:fs';
import { register } from 'tsx/esm/api';

register();
const { main } = await import('../src/cli/main.ts');

const more = [];
// An agent installed on its own has no server beside it.
const server = new URL('../../lib/cli/server-commands.ts', import.meta.url);
if (existsSync(server)) more.push((await import(server.href)).registerServerCommands);

process.exitCode = await main(process.argv.slice(2), more);
