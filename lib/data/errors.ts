/** What went wrong in the database, as words the services can act on. */

/** Somebody changed the release first; `release` must be read again. */
export class StaleVersionError extends Error {
  readonly releaseId: string;
  readonly expectedVersion: number;
  constructor(releaseId: string, expectedVersion: number) {
    super(`release ${releaseId} is no longer at version ${expectedVersion}`);
    this.name = 'StaleVersionError';
    this.releaseId = releaseId;
    this.expectedVersion = expectedVersion;
  }
}

/** A wish for a target is not newer than the one it has; the release was decided on a stale generation. */
export class StaleGenerationError extends Error {
  readonly targetIds: readonly string[];
  constructor(targetIds: readonly string[]) {
    super(`targets ${targetIds.join(', ')} have a newer generation already`);
    this.name = 'StaleGenerationError';
    this.targetIds = targetIds;
  }
}

/** The service has an unfinished release in the environment; `activeReleaseId` names it. */
export class ActiveReleaseError extends Error {
  readonly activeReleaseId: string;
  constructor(activeReleaseId: string) {
    super(`another release of this service is active in this environment: ${activeReleaseId}`);
    this.name = 'ActiveReleaseError';
    this.activeReleaseId = activeReleaseId;
  }
}

/** True when a unique index or constraint refused the row; `constraint` names which one, if that matters. */
export const isUniqueViolation = (error: unknown, constraint?: string): boolean =>
  isState(error, '23505', constraint);

/** True when a row is named that does not exist, or one that is still used would go. */
export const isForeignKeyViolation = (error: unknown, constraint?: string): boolean =>
  isState(error, '23503', constraint);

/** True when an append-only table refused a change. */
export const isAppendOnlyViolation = (error: unknown): boolean => isState(error, '23001');

/** True when the database cannot be reached or went away; the same request may succeed later. */
export const isConnectionError = (error: unknown): boolean => {
  const code = codeOf(error);
  if (code && (code.startsWith('08') || GONE.has(code))) return true;
  return (
    error instanceof Error &&
    /connection terminated|timeout exceeded when trying to connect/i.test(error.message)
  );
};

const GONE = new Set([
  '57P01',
  '57P02',
  '57P03',
  '53300',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
]);

const isState = (error: unknown, code: string, constraint?: string): boolean =>
  codeOf(error) === code &&
  (constraint === undefined ||
    (error instanceof Error && 'constraint' in error && error.constraint === constraint));

const codeOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
