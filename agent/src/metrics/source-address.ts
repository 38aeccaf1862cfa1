/** The address fields of a metric source. */
import { z } from 'zod';

/** An absolute http or https URL without credentials, query or fragment; given back as it was written. */
export const sourceAddressSchema = z
  .string({ error: 'write an address such as http://127.0.0.1:9090' })
  .max(2_000)
  .superRefine((text, context) => {
    const problem = addressProblem(text);
    if (problem !== null) context.issues.push({ code: 'custom', message: problem, input: text });
  });

const addressProblem = (text: string): string | null => {
  if (!URL.canParse(text)) return 'is not an address; write one such as http://127.0.0.1:9090';
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'must start with http:// or https://';
  if (url.username !== '' || url.password !== '')
    return 'must not hold a user or password; for Prometheus use bearerTokenFile';
  return url.hash === '' ? null : 'must not hold a fragment (#...)';
};
