import { z } from 'zod';

const server = z.string().regex(/^[A-Za-z0-9._:-]{1,200}$/, 'write the name of a server line of the backend');
const side = z
  .array(server, { error: 'list the names of the server lines' })
  .min(1, 'name at least one server')
  .max(100);

/** The `router` section of a target document for HAProxy 2.4 and later. */
export const haproxySchema = z
  .strictObject({
    driver: z.literal('haproxy'),
    socket: z
      .string({ error: 'name the stats socket: unix:/run/haproxy.sock or tcp:127.0.0.1:9999' })
      .regex(
        /^(unix:\/[^\0;\r\n]{1,100}|tcp:[A-Za-z0-9.[\]:-]+:\d{1,5})$/,
        'write unix:/path/to.sock or tcp:host:port',
      ),
    backend: z
      .string({ error: 'name the backend' })
      .regex(/^[A-Za-z0-9._:-]{1,200}$/, 'write the name of a backend section'),
    baseline: side,
    canary: side,
    /**
     * For steps of 0.01 % and sticky users: a map file that the configuration compares with a hash, and the key in it.
     * Then shares are written to the map and the weights are left alone.
     */
    fine: z
      .strictObject({
        map: z
          .string()
          .regex(/^[A-Za-z0-9/._-]{1,300}$/, 'write the path of the map file as haproxy.cfg does'),
        key: z.string().regex(/^[A-Za-z0-9._-]{1,100}$/, 'use letters, digits and . _ -'),
      })
      .optional(),
  })
  .refine((config) => config.canary.every((name) => !config.baseline.includes(name)), {
    path: ['canary'],
    message: 'a server cannot be on both sides',
  });
export type HaproxyConfig = z.output<typeof haproxySchema>;
