import { createServer, type Server } from 'node:net';
import { join } from 'node:path';

/** Another process holds this agent's lock. */
export class LockHeldError extends Error {
  override readonly name = 'LockHeldError';
}

export type Lock = { release(): Promise<void> };

/**
 * Takes the single-writer lock of an agent for the life of the process. On Linux it is an abstract Unix
 * socket: freed by the kernel when the process dies, kept while it is frozen, no file to go stale. Elsewhere
 * a socket file in the state directory (a named pipe on Windows); after a crash the file has to be removed.
 * Throws `LockHeldError` when another process has it.
 */
export async function takeLock(agentId: string, stateDir: string): Promise<Lock> {
  const server = createServer((socket) => socket.destroy());
  const path = lockPath(agentId, stateDir);
  try {
    await listen(server, path);
  } catch (error) {
    if (isAddressInUse(error)) throw new LockHeldError(heldText(agentId, path));
    throw error;
  }
  server.unref();
  return { release: () => new Promise((resolve) => server.close(() => resolve())) };
}

function lockPath(agentId: string, stateDir: string): string {
  if (process.platform === 'linux') return `\0slipway-agent:${agentId}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\slipway-agent-${agentId}`;
  return join(stateDir, 'agent.lock');
}

function heldText(agentId: string, path: string): string {
  const text = `another process on this host already runs agent ${agentId}: stop it first, or give this one its own --state and enrol it`;
  return path.startsWith('\0') ? text : `${text} (if none runs, remove ${path})`;
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => resolve());
  });
}

function isAddressInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
