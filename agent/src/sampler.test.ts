import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createLog } from './log.ts';
import { createSource } from './metrics/create-source.ts';
import { Sampler } from './sampler.ts';
import { TARGET } from './testing/wish.ts';

const DEAD = 'http://127.0.0.1:9/metrics';

/** A sampler of a service whose canary is not there; `page` is what its baseline shows. */
const samplerOf = async (canaryExpected: () => boolean, page = () => 'http_requests_total 1\n') => {
  const server = createServer((_, response) => void response.end(page()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseline = `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
  let readings = 0;
  const source = createSource(
    {
      driver: 'scrape',
      every: '200ms',
      endpoints: { canary: [DEAD], baseline: [baseline] },
      metrics: { requests: 'http_requests_total' },
    },
    [],
  );
  const lines: string[] = [];
  const sampler = new Sampler({
    target: TARGET,
    source: {
      ...source,
      read: (signal) => {
        readings += 1;
        return source.read(signal);
      },
    },
    log: createLog('info', (line) => lines.push(line)),
    onRows: () => undefined,
    canaryExpected,
    shareOver: async () => null,
  });
  sampler.start();
  onTestFinished(async () => {
    await sampler.close();
    server.close();
  });
  const until = (check: () => void) => vi.waitFor(check, { timeout: 5_000, interval: 10 });
  return {
    sampler,
    lines,
    until,
    /** Waits until this many more readings were taken in. */
    more: (count: number) => {
      const wanted = readings + count;
      return until(() => expect(readings).toBeGreaterThan(wanted));
    },
  };
};

it('misses no canary while none should run, and says so as soon as one should', async () => {
  let expected = false;
  const { sampler, lines, more, until } = await samplerOf(() => expected);
  await more(3);
  expect(sampler.problem).toBeNull();
  expect(lines).toEqual([]);
  expected = true;
  await until(() => expect(sampler.problem).toMatch(/^canary: 1 of 1 instances cannot be read/));
  expected = false;
  await until(() => expect(sampler.problem).toBeNull());
});

it('misses the baseline always', async () => {
  const { sampler, until } = await samplerOf(
    () => false,
    () => 'nothing 1\n',
  );
  await until(() =>
    expect(sampler.problem).toMatch(
      /^baseline: 1 of 1 instances cannot be read: .* shows no metric http_requests_total/,
    ),
  );
});
