import { createPublicKey, type KeyObject, verify } from 'node:crypto';

/** True when `signature` over `text` was made with the key behind `publicKey` (raw Ed25519, base64url). Never throws. */
export const verifySignature = (publicKey: string, text: string, signature: string): boolean => {
  const key = keyOf(publicKey);
  return key !== null && verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'));
};

const keyOf = (x: string): KeyObject | null => {
  try {
    return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  } catch {
    return null;
  }
};
