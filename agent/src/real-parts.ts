import { createDriver, routerAddresses } from './drivers/create-driver.ts';
import { createSource, sourceAddresses, sourceFiles } from './metrics/create-source.ts';
import type { Parts } from './parts.ts';
import { createWorkload } from './workload/create-workload.ts';

/** The drivers this agent comes with. */
export const realParts: Parts = {
  driver: ({ router }) => createDriver(router),
  source: ({ source, metrics }) => createSource(source, metrics),
  workload: ({ workload }, allowed) => createWorkload(workload, allowed),
  routerAddresses: ({ router }) => routerAddresses(router),
  sourceAddresses: ({ source }) => sourceAddresses(source),
  sourceFiles: ({ source }) => sourceFiles(source),
};
