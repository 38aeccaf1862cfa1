import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** How a high-entropy secret is kept: its SHA-256, in hexadecimal. */
export const secretHash = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** A new secret with 256 bits of chance, URL-safe. */
export const newSecret = (prefix = ''): string => `${prefix}${randomBytes(32).toString('base64url')}`;

/** Compares in a time that does not tell where two secrets differ. */
export const sameSecret = (a: string, b: string): boolean =>
  timingSafeEqual(Buffer.from(secretHash(a), 'hex'), Buffer.from(secretHash(b), 'hex'));
