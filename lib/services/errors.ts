/** The eight ways a verb can fail; each transport maps them once. */
export type ServiceErrorCode =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'refused'
  | 'rate-limited'
  | 'unavailable';

export type FieldError = { path: string; message: string };
export type ServiceErrorDetails = { reason?: string; errors?: FieldError[]; current?: unknown };

/** A refusal or failure that may be shown to the caller: `message` names what is wrong and the fix. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: ServiceErrorCode;
  readonly reason: string | undefined;
  readonly errors: FieldError[] | undefined;
  /** The state as it is now, for conflicts. */
  readonly current: unknown;

  constructor(code: ServiceErrorCode, message: string, details: ServiceErrorDetails = {}) {
    super(message);
    this.code = code;
    this.reason = details.reason;
    this.errors = details.errors;
    this.current = details.current;
  }
}
