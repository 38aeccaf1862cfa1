import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A directory that is removed when the test ends. */
export function tempDir(): string {
  const path = mkdtempSync(join(tmpdir(), 'slipway-agent-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
