import { hash, verify } from '@node-rs/argon2';

/** argon2id with the parameters of OWASP's password storage guide (19 MiB, 2 passes, 1 lane). */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export const hashPassword = (password: string): Promise<string> => hash(password, PARAMETERS);

/** Checks a password; with no stored hash it does the same work and answers false, so that time tells nothing. */
export const verifyPassword = async (stored: string | null, password: string): Promise<boolean> => {
  decoy ??= hashPassword('nobody has this password');
  const matches = await verify(stored ?? (await decoy), password);
  return stored !== null && matches;
};

let decoy: Promise<string> | null = null;
