import { z } from 'zod';

const address = z.url({ protocol: /^http$/, error: 'write http://host:port' });
const side = z
  .array(address, { error: 'list the addresses of the instances' })
  .min(1, 'name at least one instance')
  .max(100);

/** The `router` section of a target document for the agent's own proxy. */
export const embeddedSchema = z.strictObject({
  driver: z.literal('embedded'),
  listen: z
    .string({ error: 'name host and port, such as 127.0.0.1:8080' })
    .regex(/^[A-Za-z0-9.[\]:-]+:\d{1,5}$/, 'write host:port, such as 127.0.0.1:8080'),
  baseline: side,
  canary: side,
  /** What identifies a user; without any of them the client's address does. */
  sticky: z
    .strictObject({
      cookie: z
        .string()
        .regex(/^[\w.-]{1,60}$/, 'write the name of a cookie')
        .optional(),
      header: z
        .string()
        .regex(/^[\w-]{1,60}$/, 'write the name of a header')
        .optional(),
    })
    .default({}),
});
export type EmbeddedConfig = z.output<typeof embeddedSchema>;
