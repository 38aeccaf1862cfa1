import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { z } from 'zod';

const clusterState = z.object({
  slug: z.string(),
  name: z.string(),
  routerPort: z.number(),
  stablePort: z.number(),
  canaryPort: z.number(),
  enrolled: z.boolean(),
});
const schema = z.object({ password: z.string(), token: z.string(), clusters: z.array(clusterState) });

/** What a second start of the demo needs to go on where the first one stopped. */
export type DemoState = z.infer<typeof schema>;
export type ClusterState = z.infer<typeof clusterState>;

const CLUSTERS = [
  { slug: 'eu-west', name: 'EU West' },
  { slug: 'us-east', name: 'US East' },
];

/** Reads `demo.json` below `directory`, or makes it: a password, a token and free ports. Mode 0600. */
export const loadState = async (directory: string): Promise<DemoState> => {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const known = schema.safeParse(read(`${directory}/demo.json`));
  if (known.success) return known.data;
  const ports = await freePorts(CLUSTERS.length * 3);
  const state: DemoState = {
    password: randomBytes(12).toString('base64url'),
    token: randomBytes(32).toString('base64url'),
    clusters: CLUSTERS.map((cluster, index) => ({
      ...cluster,
      routerPort: ports[index * 3] ?? 0,
      stablePort: ports[index * 3 + 1] ?? 0,
      canaryPort: ports[index * 3 + 2] ?? 0,
      enrolled: false,
    })),
  };
  saveState(directory, state);
  return state;
};

export const saveState = (directory: string, state: DemoState): void =>
  writeFileSync(`${directory}/demo.json`, JSON.stringify(state, null, 2), { mode: 0o600 });

const read = (path: string): unknown => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
};

/** Ports that were free a moment ago; all are held open until the last is found, so that none comes twice. */
const freePorts = async (count: number): Promise<number[]> => {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve, reject) =>
        server.once('error', reject).listen(0, '127.0.0.1', resolve),
      );
      return server;
    }),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
};
