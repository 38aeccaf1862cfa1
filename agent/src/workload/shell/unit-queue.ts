/** One operation at a time per unit, also across workloads that were made anew for the same unit. */

/** Runs `operation` when every earlier one of the same unit is over, whatever became of it. */
export const inTurn = async <T>(unit: string, operation: () => Promise<T>): Promise<T> => {
  const before = lastOf.get(unit) ?? Promise.resolve();
  const mine = before.then(operation);
  const settled = mine.then(nothing, nothing);
  lastOf.set(unit, settled);
  try {
    return await mine;
  } finally {
    if (lastOf.get(unit) === settled) lastOf.delete(unit);
  }
};

const lastOf = new Map<string, Promise<void>>();
const nothing = (): void => undefined;
