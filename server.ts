/** Composition root: environment → database → engine → gateway → pages → listen, and the way back. */
import { createServer } from 'node:http';
import path from 'node:path';
import next from 'next';
import { ensureFirstAdministrator } from './lib/auth/first-administrator.ts';
import { type Database, openDatabase } from './lib/data/database.ts';
import { startEmbedded } from './lib/data/embedded.ts';
import { activeReleasesOfTargets } from './lib/data/engine.ts';
import { listen } from './lib/data/listen.ts';
import { migrate } from './lib/data/migrate.ts';
import type { Notice } from './lib/data/notify.ts';
import { readOrCreateSecret } from './lib/data/secret-file.ts';
import { startEngine } from './lib/engine/loop.ts';
import { startMaintenance } from './lib/engine/maintenance.ts';
import { startReading } from './lib/engine/reading.ts';
import { EnvError, env, publishEnv } from './lib/env.ts';
import { startAgentGateway } from './lib/gateway/agents.ts';
import { startConsoleGateway } from './lib/gateway/console.ts';
import { dispatcher, guardUpgrades, type PageHandler, type Readiness } from './lib/http/dispatch.ts';
import { logger } from './lib/log.ts';
import { routes } from './lib/routes.ts';
import { unhandledTotal } from './lib/telemetry.ts';

const log = logger('server');
const CLOSE_MS_MAX = 10_000;

const start = async (): Promise<() => Promise<void>> => {
  const settings = env();
  const embedded = settings.databaseUrl ? null : await startEmbedded({ directory: settings.dataDirectory });
  const url = settings.databaseUrl ?? embedded?.url ?? '';
  await publishSettings(url);
  await migrate(url);
  const db = openDatabase(url);
  const maintenance = await startMaintenance(db, settings.sampleRetentionDays);
  const reading = startReading(db);
  const setupToken = await ensureFirstAdministrator(db, settings.admin);

  const http = createServer();
  const publicOrigin = settings.publicUrl ? new URL(settings.publicUrl).origin : null;
  const engine = startEngine({ db, log: logger('engine') });
  const board = startConsoleGateway({ http, db, publicOrigin });
  const agents = startAgentGateway({
    http,
    db,
    publicOrigin,
    events: {
      agentsChanged: () => board.bump('agents'),
      samplesStored: (targetIds) => {
        engine.samplesArrived(targetIds);
        bumpReleases(targetIds, 'samples');
      },
      targetsSeen: (targetIds) => {
        if (targetIds.length === 0) return;
        board.bump('agents');
        bumpReleases(targetIds, 'release');
      },
    },
  });

  const bumpReleases = (targetIds: readonly string[], topic: 'samples' | 'release'): void => {
    activeReleasesOfTargets(db.pool, targetIds).then(
      (ids) => {
        for (const id of ids) board.bump(`${topic}:${id}`);
      },
      (error: unknown) => log.warn({ err: error }, 'pages could not be told of a change'),
    );
  };

  const onNotice = async (notice: Notice): Promise<void> => {
    if (notice.kind === 'release') {
      board.bump(`release:${notice.id}`);
      board.bump('releases');
      engine.wake();
    } else if (notice.kind === 'config') board.bump('config');
    else if (notice.kind === 'session-ended') board.recheck();
    await agents.hear(notice);
  };
  const listener = listen({ url, onNotice, onConnected: () => agents.catchUp() });

  const decoy = createServer();
  const app = next({
    dev: !settings.production,
    dir: import.meta.dirname,
    customServer: true,
    httpServer: decoy,
    port: settings.port,
    hostname: settings.host,
  });
  const pages: Promise<PageHandler> = app.prepare().then(() => app.getRequestHandler() as PageHandler);
  pages.catch((error: unknown) => fail(error));

  http.on('request', dispatcher({ readiness: () => readiness(db, listener.ready()), pages: () => pages }));
  http.prependListener(
    'upgrade',
    guardUpgrades((asked) => !settings.production && asked.startsWith('/_next/')),
  );
  if (!settings.production)
    http.on(
      'upgrade',
      (request, socket, head) =>
        request.url?.startsWith('/_next/') && decoy.emit('upgrade', request, socket, head),
    );
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(settings.port, settings.host, resolve);
  });
  announce(http.address(), setupToken);

  return async () => {
    await engine.stop();
    await maintenance.stop();
    await reading.stop();
    await listener.close();
    await agents.stop();
    await board.stop();
    http.close();
    http.closeAllConnections();
    await pages.then(
      () => app.close(),
      () => undefined,
    );
    await db.close();
    await embedded?.stop();
  };
};

/** Next bundles its own copies of our modules; what it needs from this process travels through the environment. */
const publishSettings = async (databaseUrl: string): Promise<void> => {
  const { production, sessionSecret, publicUrl, dataDirectory } = env();
  if (!sessionSecret && production)
    log.warn(
      `NEXTAUTH_SECRET is not set; using the one kept in ${dataDirectory}. Set it when several servers share a database.`,
    );
  publishEnv({
    databaseUrl,
    sessionSecret: sessionSecret ?? (await readOrCreateSecret(path.join(dataDirectory, 'session-secret'))),
    trustHost: publicUrl === null,
  });
};

const readiness = async (db: Database, listening: boolean): Promise<Readiness> => {
  const database = await db.pool
    .query('SELECT count(*) FROM _prisma_migrations WHERE finished_at IS NULL')
    .then(
      ({ rows }) => ({ up: true, migrated: Number(rows[0]?.count) === 0 }),
      () => ({ up: false, migrated: false }),
    );
  const parts = { database: database.up, migrations: database.migrated, listener: listening };
  return { ready: Object.values(parts).every(Boolean), parts };
};

const announce = (address: unknown, setupToken: string | null): void => {
  const port =
    typeof address === 'object' && address !== null && 'port' in address ? address.port : env().port;
  const origin = env().publicUrl ?? `http://localhost:${port}`;
  process.stdout.write(`Slipway listens on ${origin}\n`);
  if (setupToken)
    process.stdout.write(
      `Make the first administrator (works once, for 24 hours): ${origin}${routes.setup(setupToken)}\n`,
    );
};

const fail = (error: unknown): void => {
  const inUse = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  const text = inUse
    ? `port ${env().port} is in use: stop the other program, or set PORT`
    : error instanceof Error
      ? error.message
      : String(error);
  process.stderr.write(`${text}\n`);
  if (!inUse && !(error instanceof EnvError)) log.fatal({ err: error }, 'the server could not start');
  process.exit(1);
};

process.on('unhandledRejection', (error) => {
  unhandledTotal.inc();
  log.error({ err: error }, 'a promise was left to fail');
});

try {
  const stop = await start();
  let stopping = false;
  const onSignal = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    setTimeout(() => process.exit(1), CLOSE_MS_MAX).unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'the server did not stop cleanly');
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
} catch (error) {
  fail(error);
}
