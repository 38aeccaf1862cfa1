/** `npm run demo:bad`: releases a version with three times the errors into the running demo and watches it roll back. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type Api, createApi } from './stack/api.ts';
import { BAD_VERSION, ENVIRONMENT, PLAN, SERVICE } from './stack/documents.ts';

const data = resolve(
  fileURLToPath(new URL('..', import.meta.url)),
  process.env.SLIPWAY_DATA_DIR ?? '.slipway',
);
const server = `http://localhost:${process.env.PORT ?? '3000'}`;
const releaseSchema = z.object({
  id: z.string(),
  headline: z.string(),
  outcome: z.string().nullable(),
  verdict: z.object({ sentence: z.string() }).nullable(),
});
type Release = z.infer<typeof releaseSchema>;

const readToken = (): string => {
  try {
    return z.object({ token: z.string() }).parse(JSON.parse(readFileSync(`${data}/demo/demo.json`, 'utf8')))
      .token;
  } catch {
    throw new Error('the demo has never run here; start it with "npm run demo" in another terminal');
  }
};

const read = async (api: Api, id: string): Promise<Release> =>
  releaseSchema.parse(await api.get(`/releases/${id}`));

const finish = async (api: Api, id: string, told: string): Promise<Release> => {
  const release = await read(api, id);
  if (release.headline !== told)
    process.stdout.write(`${new Date().toISOString().slice(11, 19)}  ${release.headline}\n`);
  if (release.outcome !== null) return release;
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  return finish(api, id, release.headline);
};

try {
  const api = createApi(server, readToken());
  const active = z
    .object({ items: z.array(z.object({ id: z.string() })) })
    .parse(await api.get(`/releases?service=${SERVICE}&environment=${ENVIRONMENT}&state=active`)).items[0];
  if (active) {
    await api.post(`/releases/${active.id}/cancel`, {
      reason: 'making room for the bad version of the demo',
    });
    await finish(api, active.id, '');
  }
  const body = {
    service: SERVICE,
    environment: ENVIRONMENT,
    version: BAD_VERSION,
    plan: PLAN,
    reason: 'demo: a bad version',
  };
  const { id } = z.object({ id: z.string() }).parse(await api.post('/releases', body));
  process.stdout.write(`watch it at ${server}/releases/${id}\n`);
  const ended = await finish(api, id, '');
  process.stdout.write(`${ended.verdict?.sentence ?? ''}\n`);
  process.exitCode = ended.outcome === 'rolled-back' ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
