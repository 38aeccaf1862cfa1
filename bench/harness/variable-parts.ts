import type { Driver, RouterReading } from '../../agent/src/drivers/driver.ts';
import type { SourceReading } from '../../agent/src/metrics/source.ts';
import type { Parts } from '../../agent/src/parts.ts';
import { createNoWorkload } from '../../agent/src/workload/none.ts';

/** Parts for agents as load: in place of a router a variable, in place of a service the counts that `read` makes. */
export const variableParts = (source: {
  everySeconds: number;
  read: () => Promise<SourceReading>;
}): Parts => ({
  driver: variableRouter,
  source: () => ({ ...source, check: async () => null, close: async () => undefined }),
  workload: () => createNoWorkload(),
  routerAddresses: () => [],
  sourceAddresses: () => [],
  sourceFiles: () => [],
});

const variableRouter = (): Driver => {
  let share = 0;
  const reading = (): RouterReading => ({
    setBasisPoints: share,
    seenBasisPoints: share,
    seenRequests: 100,
    confirmed: 'yes',
    identity: 'variable',
    problem: null,
  });
  const apply = async (basisPoints: number) => {
    share = basisPoints;
    return reading();
  };
  return {
    apply: ({ basisPoints }) => apply(basisPoints),
    observe: async () => reading(),
    restore: () => apply(0),
    describe: async ({ basisPoints }) => `${share} → ${basisPoints}`,
    close: async () => undefined,
  };
};
