import { describe, expect, it } from 'vitest';
import { driverContract } from '../contract.ts';
import { createDriver } from '../create-driver.ts';
import { freePort, sendTraffic, startBackend } from '../testing/backends.ts';
import { placeOf } from './split.ts';

driverContract('embedded', async () => {
  const [baseline, canary, port] = [
    await startBackend('baseline'),
    await startBackend('canary'),
    await freePort(),
  ];
  const document = (listen: string) => ({
    driver: 'embedded',
    listen,
    baseline: [baseline.url],
    canary: [canary.url],
    sticky: { cookie: 'uid' },
  });
  return {
    driver: createDriver(document(`127.0.0.1:${port}`)),
    traffic: (requests, users) => sendTraffic(`http://127.0.0.1:${port}/`, requests, users),
    restart: null,
    unreachable: () => createDriver(document('203.0.113.1:80')),
    sticky: true,
    smallestBasisPoints: 1,
    close: async () => {
      await baseline.close();
      await canary.close();
    },
  };
});

describe('the place of a user', () => {
  it('is the same every time and spreads evenly', () => {
    const places = Array.from({ length: 20_000 }, (_, i) => placeOf(`user-${i}`));
    expect(places).toEqual(Array.from({ length: 20_000 }, (_, i) => placeOf(`user-${i}`)));
    const low = places.filter((place) => place < 2_500).length;
    expect(Math.abs(low - 5_000)).toBeLessThan(5 * Math.sqrt(20_000 * 0.25 * 0.75));
  });
});
