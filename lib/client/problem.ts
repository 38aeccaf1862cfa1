import { type Problem, problemSchema } from '../contract/primitives.ts';

/** What went wrong with a call: the API's problem document, or no answer at all (`status` 0). */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'ApiError';
    this.status = problem.status;
    this.problem = problem;
  }

  /** The first message for each field, keyed by path; empty when no field is at fault. */
  get fields(): Record<string, string> {
    const fields: Record<string, string> = {};
    for (const { path, message } of this.problem.errors ?? []) fields[path] ??= message;
    return fields;
  }
}

/** Reads the body of a refused call; an answer that is no problem document becomes one. */
export const problemOf = async (response: Response): Promise<ApiError> => {
  const parsed = problemSchema.safeParse(await response.json().catch(() => null));
  return new ApiError(
    parsed.success
      ? parsed.data
      : {
          type: 'about:blank',
          title: response.statusText || 'Unexpected answer',
          status: response.status,
          detail: `The server answered ${response.status} without saying why. Try again, then look at its log.`,
        },
  );
};

export const unreachable = (): ApiError =>
  new ApiError({
    type: 'about:blank',
    title: 'No answer',
    status: 0,
    detail: 'Slipway does not answer. Agents keep what they have; check the connection and try again.',
  });
