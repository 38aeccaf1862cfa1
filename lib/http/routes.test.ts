import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { allEndpoints } from './endpoints/all.ts';
import { openApiDocument } from './openapi.ts';

const app = fileURLToPath(new URL('../../app/', import.meta.url));
const files = readdirSync(`${app}api/v1`, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('/route.ts') && !file.includes('openapi.json'))
  .map((file) => `api/v1/${file}`);

/** What the route files serve, as `GET /api/v1/...`. */
const served = files.flatMap((file) => {
  const path = `/${file.replace(/\/route\.ts$/, '').replaceAll(/\[(\w+)\]/g, '{$1}')}`;
  return [
    ...readFileSync(`${app}${file}`, 'utf8').matchAll(/export const (\w+) = route\('(\w+)', '([^']+)'\)/g),
  ].map(([, exported, method, named]) => ({ exported, method, named, path }));
});

describe('API v1', () => {
  it('has a route file for every endpoint, and an endpoint for every route', () => {
    const routes = served.map(({ method, path }) => `${method} ${path}`).sort();
    expect(routes).toEqual(allEndpoints.map(({ method, path }) => `${method} ${path}`).sort());
  });

  it('serves in every file what the file is named after', () => {
    expect(
      served.filter(({ exported, method, named, path }) => exported !== method || named !== path),
    ).toEqual([]);
  });

  it('describes every endpoint in a document that says 3.1, with its permission and its answers', () => {
    const document = z
      .object({
        openapi: z.literal('3.1.0'),
        paths: z.record(
          z.string(),
          z.record(
            z.string(),
            z.object({ summary: z.string(), responses: z.record(z.string(), z.unknown()) }),
          ),
        ),
      })
      .parse(openApiDocument());
    for (const { method, path, answers } of allEndpoints) {
      const operation = document.paths[path]?.[method.toLowerCase()];
      expect(Object.keys(operation?.responses ?? {}), `${method} ${path}`).toEqual([
        ...Object.keys(answers),
        'default',
      ]);
    }
  });
});
