/** Starts a real Prometheus on loopback for tests. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type PrometheusProcess = { url: string; stop(): Promise<void> };

/** Scrapes every `targets` entry once a second with the given labels. Throws with what to install when there is no Prometheus. */
export const startPrometheus = async (
  targets: readonly { address: string; labels: Record<string, string> }[],
): Promise<PrometheusProcess> => {
  if (spawnSync('prometheus', ['--version']).error)
    throw new Error('These tests need Prometheus on the PATH; on Debian: apt-get install prometheus');
  const folder = await mkdtemp(join(tmpdir(), 'slipway-prometheus-'));
  const port = await freePort();
  const file = join(folder, 'prometheus.yml');
  const jobs = targets.map(({ address, labels }) => ({ targets: [address], labels }));
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s' },
    scrape_configs: [{ job_name: 'shop', static_configs: jobs }],
  };
  // JSON is YAML.
  await writeFile(file, JSON.stringify(config));
  const process = spawn(
    'prometheus',
    [`--config.file=${file}`, `--storage.tsdb.path=${folder}/data`, `--web.listen-address=127.0.0.1:${port}`],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const url = `http://127.0.0.1:${port}`;
  await ready(process, url);
  return {
    url,
    stop: async () => {
      await stopped(process);
      await rm(folder, { recursive: true, force: true });
    },
  };
};

const ready = (process: ChildProcess, url: string): Promise<void> =>
  new Promise((resolve, reject) => {
    let log = '';
    process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-4_000);
      if (log.includes('Server is ready to receive web requests')) resolve();
    });
    process.once('exit', () => reject(new Error(`Prometheus at ${url} stopped at start: ${log}`)));
  });

const stopped = (process: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (process.exitCode !== null || process.signalCode !== null) return resolve();
    process.once('exit', () => resolve());
    process.kill('SIGTERM');
  });

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
