import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { callApi } from './api.ts';
import { type ConnectionOptions, connectionOf, withConnection } from './connection.ts';
import { UsageError } from './exit.ts';
import { readText } from './read-text.ts';

/**
 * `slipway apply FILE|DIR`: stores declarative documents (`kind: Environment, Cluster, Service, Version, Plan,
 * Target`). All files are read before the first is sent, so that a mistyped one stores nothing.
 */
export function registerApply(program: Command): void {
  withConnection(program.command('apply <path>'))
    .description('store the YAML documents of a file, or of all files of a directory')
    .action(async (path: string, options: ConnectionOptions) => {
      const { inOrder, readDocuments } = await import('./documents.ts');
      const puts = inOrder(filesOf(path).flatMap((file) => readDocuments(file, readText(file))));
      if (puts.length === 0) throw new UsageError(`${path} holds no document`);
      const connection = connectionOf(options);
      for (const { kind, name, path: noun, body } of puts) {
        const result = await callApi(connection, { method: 'PUT', path: noun, body }, z.unknown());
        console.log(options.json ? JSON.stringify({ kind, name, result }) : `${kind} ${name} stored`);
      }
    });
}

function filesOf(path: string): string[] {
  if (path === '-' || !statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .sort()
    .map((name) => join(path, name));
}
