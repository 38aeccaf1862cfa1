import type { UseFormReturnType } from '@mantine/form';
import { ApiError } from '#lib/client/problem.ts';

/** Puts the API's messages at the fields they name; what names no field stays for the note above the button. */
export const showFields = <T extends Record<string, unknown>>(
  form: UseFormReturnType<T>,
  error: unknown,
): void => {
  if (error instanceof ApiError) form.setErrors(error.fields);
};
