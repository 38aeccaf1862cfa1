import { randomBytes } from 'node:crypto';
import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises';

/**
 * The secret kept in `file`, made at the first call: 32 random bytes, base64url, readable by the owner alone.
 * Any number of processes may call it at once; all get the same answer.
 */
export const readOrCreateSecret = async (file: string): Promise<string> => {
  const kept = await readIfThere(file);
  if (kept) return kept.trim();
  const draft = draftOf(file);
  await writeFile(draft, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 });
  try {
    // A link is refused when the name is taken, so that the first writer wins and none reads half a file.
    await link(draft, file);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  } finally {
    await unlink(draft);
  }
  return (await readFile(file, 'utf8')).trim();
};

/** Replaces `file` in one step, readable by the owner alone. */
export const writePrivateFile = async (file: string, text: string): Promise<void> => {
  const draft = draftOf(file);
  await writeFile(draft, text, { mode: 0o600 });
  await rename(draft, file);
};

/** The text of a file, or null when there is none. */
export const readIfThere = async (file: string): Promise<string | null> => {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  }
};

const draftOf = (file: string): string => `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;

/** True for a system error with this code, such as `ENOENT`. */
export const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
