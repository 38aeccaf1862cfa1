/** Where to go after signing in: a path of this console, never another site. */
export const safeNext = (next: string | string[] | undefined): string => {
  if (typeof next !== 'string' || !next.startsWith('/')) return '/';
  // Two slashes, or a backslash that browsers read as one, would name another host.
  return /^\/[/\\]|[\\\n\r\t]/.test(next) ? '/' : next;
};
