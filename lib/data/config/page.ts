export type Page<T> = { items: T[]; next: string | null };

/** Of `limit + 1` rows the page and its cursor, which is null when no row was left over. */
export const toPage = <T>(rows: readonly T[], limit: number, cursorOf: (last: T) => string): Page<T> => {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: last !== undefined && rows.length > limit ? cursorOf(last) : null };
};
