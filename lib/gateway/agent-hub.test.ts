import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { type Socket as ClientSocket, io } from 'socket.io-client';
import { expect, onTestFinished, test, vi } from 'vitest';
import { AgentHub, type Connection } from './agent-hub.ts';

/** A session of one agent over a real socket, both ends at hand. */
const sessionsOf = async () => {
  const http = createServer();
  const server = new Server(http, { transports: ['websocket'] });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => server.close());
  // A listening TCP server has an address record, never a path.
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return async (
    epoch: number,
  ): Promise<{ connection: Connection; client: ClientSocket; told: unknown[] }> => {
    const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
    const client = io(url, { transports: ['websocket'], reconnection: false, forceNew: true });
    const told: unknown[] = [];
    client.on('superseded', (message) => told.push(message));
    const connection: Connection = {
      agentId: 'agent-1',
      clusterId: 'cluster-1',
      cluster: 'eu-west',
      epoch,
      socket: await accepted,
      targets: new Set(),
      clockSkewMs: null,
      ended: false,
    };
    return { connection, client, told };
  };
};
const isOver = (client: ClientSocket) => vi.waitFor(() => expect(client.connected).toBe(false));

test('a newer session takes the place of an older one, which is told and closed', async () => {
  const session = await sessionsOf();
  const [older, newer] = [await session(1), await session(2)];
  const hub = new AgentHub();
  expect(hub.add(older.connection)).toBe(true);
  expect(hub.add(newer.connection)).toBe(true);
  await isOver(older.client);
  expect(older.told).toEqual([{ epoch: 2 }]);
  expect(hub.get('agent-1')).toBe(newer.connection);
});

test('an older session that comes in late gives way to the newer one', async () => {
  const session = await sessionsOf();
  const [older, newer] = [await session(1), await session(2)];
  const hub = new AgentHub();
  expect(hub.add(newer.connection)).toBe(true);
  expect(hub.add(older.connection)).toBe(false);
  await isOver(older.client);
  expect(older.told).toEqual([{ epoch: 2 }]);
  expect(hub.get('agent-1')).toBe(newer.connection);
  expect(newer.client.connected).toBe(true);
});

test('a session that lost its place at another server is ended, not the one that followed it here', async () => {
  const session = await sessionsOf();
  const [older, newer] = [await session(1), await session(2)];
  const hub = new AgentHub();
  hub.add(older.connection);
  const asked = hub.all();
  hub.add(newer.connection);
  for (const connection of asked) hub.supersede(connection);
  await isOver(older.client);
  hub.remove(older.connection);
  expect(newer.client.connected).toBe(true);
  expect(hub.all()).toEqual([newer.connection]);
});
