import { type Allow, allowedCommands, refuseAddress, refuseFile } from './allow.ts';
import { textOf } from './log.ts';
import type { OpenParts, Parts } from './parts.ts';
import type { TargetConfig } from './protocol.ts';

/** The target document is wrong, or asks for something the agent's owner did not allow. */
export class TargetError extends Error {
  override readonly name = 'TargetError';
}

/** Makes the drivers of a target after its addresses passed the allow list. Throws `TargetError` naming the section. */
export function openTarget(config: TargetConfig, allow: Allow, parts: Parts): OpenParts {
  const routerAddresses = section('router', () => parts.routerAddresses(config));
  const sourceAddresses = section('source', () => parts.sourceAddresses(config));
  refuse('router', routerAddresses, (address) => refuseAddress(allow, address));
  refuse('source', sourceAddresses, (address) => refuseAddress(allow, address));
  refuse(
    'source',
    section('source', () => parts.sourceFiles(config)),
    (file) => refuseFile(allow, file),
  );
  const workload = section('workload', () => parts.workload(config, allowedCommands(allow)));
  const source = section('source', () => parts.source(config));
  const driver = section('router', () => parts.driver(config));
  return { driver, source, workload };
}

function refuse(name: string, entries: readonly string[], judge: (entry: string) => string | null): void {
  for (const entry of entries) {
    const reason = judge(entry);
    if (reason !== null) throw new TargetError(`${name}: ${reason}`);
  }
}

function section<T>(name: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    const text = textOf(error);
    throw new TargetError(text.startsWith(name) ? text : `${name}: ${text}`);
  }
}
