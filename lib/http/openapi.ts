import { OpenAPIRegistry, OpenApiGeneratorV31 } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { problemSchema } from '../contract/primitives.ts';
import type { Endpoint } from './endpoint.ts';
import { allEndpoints } from './endpoints/all.ts';

/** The API document, OpenAPI 3.1, made from the schemas that parse the requests. */
export const openApiDocument = (): unknown => {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    description: 'An API token',
  });
  for (const endpoint of allEndpoints) registry.registerPath(pathOf(endpoint));
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Slipway',
      version: '1',
      description:
        'Times are RFC 3339 with offset, shares percent, durations seconds. Errors are RFC 9457 problems.',
    },
    servers: [{ url: '/' }],
  });
};

type PathConfig = Parameters<OpenAPIRegistry['registerPath']>[0];

const pathOf = (endpoint: Endpoint): PathConfig => {
  const names = [...endpoint.path.matchAll(/\{(\w+)\}/g)].map((found) => found[1] ?? '');
  const problem = {
    description: 'A problem (RFC 9457)',
    content: { 'application/problem+json': { schema: problemSchema } },
  };
  const answers = Object.entries(endpoint.answers).map(([status, schema]) => [
    status,
    {
      description: status === '201' ? 'Created' : 'Done',
      content: contentOf(endpoint.files ?? { 'application/json': schema }),
    },
  ]);
  return {
    method: METHOD[endpoint.method],
    path: endpoint.path,
    summary: endpoint.summary,
    tags: [endpoint.tag],
    ...(endpoint.permission === null
      ? { security: [] }
      : { security: [{ token: [] }], description: `Needs the permission \`${endpoint.permission}\`.` }),
    request: {
      ...(names.length > 0
        ? { params: z.object(Object.fromEntries(names.map((name) => [name, z.string()]))) }
        : {}),
      ...(endpoint.query instanceof z.ZodObject ? { query: endpoint.query } : {}),
      ...(endpoint.body ? { body: { content: { 'application/json': { schema: endpoint.body } } } } : {}),
    },
    responses: { ...Object.fromEntries(answers), default: problem },
  };
};

const contentOf = (types: Record<string, z.ZodType>) =>
  Object.fromEntries(Object.entries(types).map(([type, schema]) => [type, { schema }]));

const METHOD = { GET: 'get', PUT: 'put', POST: 'post', PATCH: 'patch', DELETE: 'delete' } as const;
