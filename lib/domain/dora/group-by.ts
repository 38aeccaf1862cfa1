/** Values by key, each list in the given order. */
export const groupBy = <K, V>(values: Iterable<V>, keyOf: (value: V) => K): Map<K, V[]> => {
  const map = new Map<K, V[]>();
  for (const value of values) {
    const key = keyOf(value);
    const list = map.get(key);
    if (list) list.push(value);
    else map.set(key, [value]);
  }
  return map;
};

/** Pairs as lists by their first half, in the given order. */
export const collect = <K, V>(pairs: readonly (readonly [K, V])[]): Map<K, V[]> => {
  const map = new Map<K, V[]>();
  for (const [key, value] of pairs) {
    const list = map.get(key);
    if (list) list.push(value);
    else map.set(key, [value]);
  }
  return map;
};
