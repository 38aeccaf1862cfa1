import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busboy } from '@fastify/busboy';
import { ServiceError } from '../services/errors.ts';
import type { Upload } from './endpoint.ts';

/**
 * Reads a multipart/form-data body as it comes and gives `take` one file after the other, by field name and file name.
 * Resolves when all were taken. Throws `invalid` for a body of another type, or one that ends too early.
 */
export const readFiles = async (
  { body, type }: Upload,
  take: (field: string, fileName: string, stream: Readable) => Promise<void>,
): Promise<void> => {
  const contentType = type ?? '';
  if (body === null || !/^multipart\/form-data\b.*\bboundary=/i.test(contentType))
    throw new ServiceError('invalid', 'Send Content-Type: multipart/form-data with a boundary.', {
      reason: 'content-type',
    });
  const source = Readable.from(body);
  const parser = new Busboy({ headers: { 'content-type': contentType }, limits: { files: FILES_MAX } });
  const open: Readable[] = [];
  let taken: Promise<void> = Promise.resolve();
  parser.on('file', (field, stream, fileName) => {
    open.push(stream);
    // One that fails before its turn has nobody else who listens, and would end the process.
    stream.on('error', () => undefined);
    taken = taken.then(() => take(field, fileName ?? '', stream));
    // A file that nobody reads holds up all that follow, so a failure ends the reading.
    taken.catch((error: Error) => source.destroy(error));
  });
  const failure = await pipeline(source, parser).then(
    () => null,
    (error: unknown) => cutOff(error),
  );
  if (failure) for (const stream of open) stream.destroy(failure);
  // The failure of a file says more than the end of the reading that it caused.
  await taken;
  if (failure) throw failure;
};

const FILES_MAX = 10;

const cutOff = (error: unknown): Error =>
  error instanceof ServiceError
    ? error
    : new ServiceError('invalid', 'The body ended before it was complete, or is no multipart/form-data.', {
        reason: 'malformed',
      });
