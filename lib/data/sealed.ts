/** Secrets that Slipway must be able to use again are kept encrypted; who reads the database alone learns none. */
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { env } from '../env.ts';
import { readOrCreateSecret } from './secret-file.ts';

export type Seal = {
  /** AES-256-GCM. `about` names what the secret belongs to; it opens only there. */
  seal: (secret: string, about: string) => string;
  /** Throws `SealError`. */
  open: (sealed: string, about: string) => string;
};

/** A sealed secret that cannot be opened; `message` names the fix. */
export class SealError extends Error {
  override readonly name = 'SealError';
}

/** With the key of `SLIPWAY_SEAL_KEY`, or the one kept in the data directory, which is made at the first call. */
export const openSeal = async (): Promise<Seal> => {
  const { sealKey, dataDirectory } = env();
  if (sealKey !== null) return sealWith(sealKey);
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  return sealWith(await readOrCreateSecret(path.join(dataDirectory, 'seal-key')));
};

export const sealWith = (keyText: string): Seal => {
  const key = Buffer.from(hkdfSync('sha256', keyText, '', 'slipway seal 1', 32));
  const keyId = createHash('sha256').update(key).digest('hex').slice(0, 8);
  return {
    seal: (secret, about) => {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(about));
      const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return [VERSION, keyId, ...[nonce, cipher.getAuthTag(), body].map(toText)].join('.');
    },
    open: (sealed, about) => {
      const [version, sealedWith, nonce, tag, body] = sealed.split('.');
      if (version !== VERSION || nonce === undefined || tag === undefined || body === undefined)
        throw new SealError('The secret is not sealed in a way this version knows: give it anew.');
      if (sealedWith !== keyId)
        throw new SealError(
          'The secret was sealed with another key: put back the old SLIPWAY_SEAL_KEY (or the file seal-key of the data directory), or give the secret anew.',
        );
      return decipher({ key, nonce, tag, body, about });
    },
  };
};

const VERSION = '1';
const toText = (bytes: Buffer): string => bytes.toString('base64url');

const decipher = (parts: {
  key: Buffer;
  nonce: string;
  tag: string;
  body: string;
  about: string;
}): string => {
  const [nonce, tag, body] = [parts.nonce, parts.tag, parts.body].map((text) =>
    Buffer.from(text, 'base64url'),
  );
  try {
    const opened = createDecipheriv('aes-256-gcm', parts.key, nonce ?? '', { authTagLength: 16 })
      .setAAD(Buffer.from(parts.about))
      .setAuthTag(tag ?? Buffer.alloc(0));
    return Buffer.concat([opened.update(body ?? Buffer.alloc(0)), opened.final()]).toString('utf8');
  } catch {
    throw new SealError('The sealed secret was changed or belongs to something else: give it anew.');
  }
};
