import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { listen } from '../../data/listen.ts';
import type { TestDatabase } from '../../data/testing/test-database.ts';
import { guardUpgrades } from '../../http/dispatch.ts';
import { type AgentGateway, startAgentGateway } from '../agents.ts';

/** What the gateway told the rest of the server. */
export type Told = { agentsChanged: number; samples: string[]; seen: string[] };
export type RunningGateway = {
  db: TestDatabase;
  url: string;
  gateway: AgentGateway;
  told: Told;
  /** Connections of the HTTP server, sockets among them. */
  connections(): Promise<number>;
  stop(): Promise<void>;
};

/** The gateway on a server of its own; deaf to the database's notices when `deaf`. */
export const runAgentGateway = async (
  db: TestDatabase,
  { deaf = false, publicOrigin = null }: { deaf?: boolean; publicOrigin?: string | null } = {},
): Promise<RunningGateway> => {
  const http = createServer();
  const told: Told = { agentsChanged: 0, samples: [], seen: [] };
  const gateway = startAgentGateway({
    http,
    db,
    publicOrigin,
    events: {
      agentsChanged: () => {
        told.agentsChanged += 1;
      },
      samplesStored: (targetIds) => told.samples.push(...targetIds),
      targetsSeen: (targetIds) => told.seen.push(...targetIds),
    },
  });
  http.on(
    'upgrade',
    guardUpgrades(() => false),
  );
  const listener = deaf ? null : listen({ url: db.url, onNotice: (notice) => gateway.hear(notice) });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address record, never a path.
  const { port } = http.address() as AddressInfo;
  return {
    db,
    url: `http://127.0.0.1:${port}`,
    gateway,
    told,
    connections: () =>
      new Promise((resolve, reject) =>
        http.getConnections((error, open) => (error ? reject(error) : resolve(open))),
      ),
    stop: async () => {
      await listener?.close();
      await gateway.stop();
      http.close();
      http.closeAllConnections();
    },
  };
};
