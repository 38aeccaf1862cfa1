import { openApiDocument } from '#lib/http/openapi.ts';

/** The API document; public, since it holds no data. */
export const GET = (): Response => Response.json(openApiDocument());
