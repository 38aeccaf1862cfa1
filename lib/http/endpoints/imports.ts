import { z } from 'zod';
import { importQuerySchema, importSchema } from '../../contract/dora.ts';
import { TABLE_NAMES } from '../../domain/dora/csv/index.ts';
import { importHistory } from '../../services/dora/import/import.ts';
import { ServiceError } from '../../services/errors.ts';
import { type Endpoint, ok } from '../endpoint.ts';
import { readFiles } from '../multipart.ts';

const api = '/api/v1';

export const importEndpoints: readonly Endpoint[] = [
  {
    method: 'POST',
    path: `${api}/imports`,
    summary:
      'Take over deployments.csv, commits.csv and incidents.csv, sent as multipart/form-data: all or nothing',
    tag: 'delivery',
    permission: 'config:write',
    upload: true,
    query: importQuerySchema,
    answers: { 200: importSchema },
    handle: async (ctx, { query, upload }) =>
      ok(
        await importHistory(ctx, {
          query,
          files: (take) =>
            readFiles(upload ?? { body: null, type: null }, (field, fileName, stream) =>
              take(tableOf(field, fileName), stream),
            ),
        }),
      ),
  },
];

const tableSchema = z.enum(TABLE_NAMES);

/** By the name of the field, or of the file. */
const tableOf = (field: string, fileName: string) => {
  for (const name of [field, fileName.replace(/\.csv$/, '')]) {
    const table = tableSchema.safeParse(name);
    if (table.success) return table.data;
  }
  throw new ServiceError('invalid', `${field}: no file is called that; send ${TABLE_NAMES.join(', ')}.`);
};
