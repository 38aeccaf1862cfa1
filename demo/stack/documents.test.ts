import { expect, it } from 'vitest';
import { createSource } from '../../agent/src/metrics/create-source.ts';
import { servicePutSchema } from '../../lib/contract/config.ts';
import { createMetrics } from '../shop/metrics.ts';
import { serviceDocument, targetDocument } from './documents.ts';

const cluster = {
  slug: 'eu-west',
  name: 'EU West',
  routerPort: 1,
  stablePort: 2,
  canaryPort: 3,
  enrolled: true,
};

it("the demo's documents ask for nothing that the shop does not show, and the agent takes them", async () => {
  const { metrics } = servicePutSchema.parse(serviceDocument);
  const { source } = targetDocument(cluster, null);
  const reading = await createSource(Object(source), metrics).read(AbortSignal.timeout(5_000));
  const page = await createMetrics('canary', '1.0.0').text();
  expect(Object.keys(reading.queries)).toEqual(expect.arrayContaining(metrics.map(({ name }) => name)));
  for (const text of Object.values(reading.queries).flatMap((query) => query.split('\n')))
    expect(page).toContain(`\n${text.split('{')[0]}{`);
});
