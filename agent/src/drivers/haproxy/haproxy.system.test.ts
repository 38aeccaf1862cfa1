import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { driverContract } from '../contract.ts';
import { createDriver } from '../create-driver.ts';
import { DriverError } from '../driver.ts';
import { type Backend, sendTraffic, startBackend } from '../testing/backends.ts';
import { type RunningHaproxy, startHaproxy } from '../testing/start-haproxy.ts';

const document = (haproxy: Pick<RunningHaproxy, 'socket'>, patch: Record<string, unknown> = {}) => ({
  driver: 'haproxy',
  socket: haproxy.socket,
  backend: 'shop',
  baseline: ['stable'],
  canary: ['canary'],
  ...patch,
});
const nowhere = { socket: 'unix:/nonexistent/haproxy.sock' };

for (const fine of [false, true])
  driverContract(fine ? 'haproxy (map)' : 'haproxy (weights)', async () => {
    const [baseline, canary] = [await startBackend('baseline'), await startBackend('canary')];
    const haproxy = await startHaproxy({ baseline: baseline.port, canary: canary.port }, { fine });
    return {
      driver: createDriver(document(haproxy, fine ? { fine: { map: haproxy.map, key: 'shop' } } : {})),
      traffic: (requests, users) => sendTraffic(haproxy.url, requests, users),
      restart: haproxy.restart,
      unreachable: () => createDriver(document(nowhere)),
      sticky: fine,
      smallestBasisPoints: fine ? 10 : 40,
      close: async () => {
        await haproxy.close();
        await baseline.close();
        await canary.close();
      },
    };
  });

describe('a haproxy target that does not fit', () => {
  let haproxy: RunningHaproxy;
  let backends: Backend[];
  beforeAll(async () => {
    backends = [await startBackend('baseline'), await startBackend('canary')];
    haproxy = await startHaproxy({ baseline: backends[0]?.port ?? 0, canary: backends[1]?.port ?? 0 });
  });
  afterAll(async () => {
    await haproxy.close();
    for (const backend of backends) await backend.close();
  });

  const wrong = [
    ['a backend that does not exist', { backend: 'shopp' }, 'router.backend'],
    ['a server that does not exist', { canary: ['kanary'] }, 'router.canary[0]'],
    ['a map that HAProxy has not loaded', { fine: { map: '/none.map', key: 'shop' } }, 'router.fine.map'],
  ] as const;
  for (const [name, patch, path] of wrong)
    it(`is refused for ${name}, naming the field`, async () => {
      const driver = createDriver(document(haproxy, patch));
      await expect(
        driver.apply({ generation: 1, basisPoints: 500 }, AbortSignal.timeout(5_000)),
      ).rejects.toThrow(path);
    });

  it('refuses a share that weights would overshoot, and leaves the traffic as it is', async () => {
    const driver = createDriver(document(haproxy));
    await driver.apply({ generation: 1, basisPoints: 0 }, AbortSignal.timeout(5_000));
    await expect(
      driver.apply({ generation: 2, basisPoints: 10 }, AbortSignal.timeout(5_000)),
    ).rejects.toThrow(DriverError);
    expect(await driver.observe(AbortSignal.timeout(5_000))).toMatchObject({ setBasisPoints: 0 });
  });
});
