/** Errors as RFC 9457 problem details: mapped once, for every endpoint. */
import { z } from 'zod';
import type { Problem } from '../contract/primitives.ts';
import { isConnectionError } from '../data/errors.ts';
import { pathText } from '../domain/release/plan.ts';
import { suggest } from '../domain/suggest.ts';
import { type FieldError, ServiceError, type ServiceErrorCode } from '../services/errors.ts';

const STATUS: Record<ServiceErrorCode, [status: number, title: string]> = {
  invalid: [422, 'The request has mistakes'],
  unauthenticated: [401, 'Sign in first'],
  forbidden: [403, 'Not allowed'],
  'not-found': [404, 'Not found'],
  conflict: [409, 'Somebody was faster'],
  refused: [422, 'Refused'],
  'rate-limited': [429, 'Too many requests'],
  unavailable: [503, 'Not available now'],
};

/** Mistakes of the message rather than of what it says have statuses of their own. */
const STATUS_OF_REASON: Record<string, number> = { malformed: 400, 'too-large': 413, 'content-type': 415 };

/** `knownKeys` are all keys the request may hold, for "did you mean". */
export const problemOf = (error: unknown, requestId: string, knownKeys: readonly string[]): Problem => {
  if (error instanceof z.ZodError) return fromZod(error, requestId, knownKeys);
  if (error instanceof ServiceError) return fromService(error, requestId);
  if (isConnectionError(error))
    return fromService(
      new ServiceError('unavailable', 'The database cannot be reached; try again in a moment.'),
      requestId,
    );
  return {
    type: 'about:blank',
    title: 'Something went wrong',
    status: 500,
    detail: `An unexpected error; its log entries carry the request id ${requestId}.`,
    requestId,
  };
};

const fromService = (error: ServiceError, requestId: string): Problem => {
  const [usual, title] = STATUS[error.code];
  const status = STATUS_OF_REASON[error.reason ?? ''] ?? usual;
  return {
    type: `urn:slipway:problem:${error.reason ?? error.code}`,
    title,
    status,
    detail: error.message,
    ...(error.reason === undefined ? {} : { reason: error.reason }),
    ...(error.errors === undefined ? {} : { errors: error.errors }),
    ...(error.current === undefined ? {} : { current: error.current }),
    requestId,
  };
};

const fromZod = (error: z.ZodError, requestId: string, knownKeys: readonly string[]): Problem => {
  const errors = error.issues.flatMap((issue) => fieldErrors(issue, knownKeys));
  const detail = errors.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ');
  return {
    type: 'urn:slipway:problem:invalid',
    title: STATUS.invalid[1],
    status: 422,
    detail,
    errors,
    requestId,
  };
};

const fieldErrors = (issue: z.core.$ZodIssue, knownKeys: readonly string[]): FieldError[] => {
  if (issue.code !== 'unrecognized_keys') return [{ path: pathText(issue.path), message: issue.message }];
  return issue.keys.map((key) => {
    const near = suggest(key, knownKeys);
    return {
      path: pathText([...issue.path, key]),
      message: near ? `unknown field; did you mean "${near}"?` : 'unknown field; remove it',
    };
  });
};
