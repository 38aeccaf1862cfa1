/** What differs between two documents, place by place. */
export type DocumentChange = { path: string; a: string | null; b: string | null };

/** In the order of the first document, then what only the second has. A place is a leaf, written as JSON. */
export const documentChanges = (a: unknown, b: unknown): DocumentChange[] => {
  const before = new Map(leavesOf(a, ''));
  const after = new Map(leavesOf(b, ''));
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((path) => {
    const change = { path, a: before.get(path) ?? null, b: after.get(path) ?? null };
    return change.a === change.b ? [] : [change];
  });
};

function* leavesOf(value: unknown, path: string): Generator<[string, string]> {
  if (Array.isArray(value) && value.length > 0)
    for (const [index, item] of value.entries()) yield* leavesOf(item, `${path}[${index}]`);
  else if (typeof value === 'object' && value !== null && Object.keys(value).length > 0)
    for (const [key, item] of Object.entries(value))
      yield* leavesOf(item, path === '' ? key : `${path}.${key}`);
  else yield [path, JSON.stringify(value) ?? 'null'];
}
