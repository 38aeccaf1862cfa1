import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomUUID,
  sign,
} from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileDurably } from './durable-file.ts';
import { enrolmentText, proofText } from './protocol.ts';

const identitySchema = z.object({
  privateKey: z.string(),
  instanceId: z.uuid(),
  /** Null until the server has taken this key in exchange for a token. */
  enrolled: z.object({ agentId: z.uuid(), cluster: z.string(), origins: z.array(z.string()) }).nullable(),
});
export type Identity = z.infer<typeof identitySchema>;
export type EnrolledIdentity = Identity & { enrolled: NonNullable<Identity['enrolled']> };

const fileOf = (stateDir: string) => join(stateDir, 'identity.json');

/** Reads the identity kept in the state directory, or makes a new Ed25519 key that never leaves it (mode 0600). */
export function loadIdentity(stateDir: string): Identity {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const path = fileOf(stateDir);
  const text = readIfThere(path);
  if (text === null) {
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const identity: Identity = { privateKey: pem, instanceId: randomUUID(), enrolled: null };
    saveIdentity(stateDir, identity);
    return identity;
  }
  chmodSync(path, 0o600);
  try {
    return identitySchema.parse(JSON.parse(text));
  } catch {
    throw new Error(`${path} is not an agent identity: restore it, or remove it and enrol again`);
  }
}

/** Keeps the identity for the next start. */
export function saveIdentity(stateDir: string, identity: Identity): void {
  writeFileDurably(fileOf(stateDir), `${JSON.stringify(identity)}\n`);
}

/** The raw public key, base64url, as enrolment sends it. */
export function publicKeyOf(identity: Identity): string {
  const jwk = createPublicKey(createPrivateKey(identity.privateKey)).export({ format: 'jwk' });
  if (jwk.x === undefined) throw new Error('the private key in the state directory is not an Ed25519 key');
  return jwk.x;
}

/** The one-time token as the server stores it: SHA-256, lower-case hex. */
export function tokenHashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Signs `enrolmentText`: holds the key, bound to this token and this server. */
export function signEnrolment(identity: Identity, p: { origin: string; token: string }): string {
  const text = enrolmentText({
    origin: p.origin,
    tokenHash: tokenHashOf(p.token),
    publicKey: publicKeyOf(identity),
  });
  return signText(identity, text);
}

/** Signs `proofText` for one connection. */
export function signProof(
  identity: EnrolledIdentity,
  p: { origin: string; bootId: string; nonce: string },
): string {
  const { agentId } = identity.enrolled;
  return signText(identity, proofText({ ...p, agentId, instanceId: identity.instanceId }));
}

function signText(identity: Identity, text: string): string {
  return sign(null, Buffer.from(text), createPrivateKey(identity.privateKey)).toString('base64url');
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
