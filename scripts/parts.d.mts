/** Where a part is, or null. */
export const find: (name: 'haproxy' | 'prometheus' | 'chromium') => string | null;
/** Makes sure that every named part is there, or throws one error that names each missing part and the fix. */
export const ensureParts: (names: readonly ('haproxy' | 'prometheus' | 'chromium')[]) => Promise<void>;
