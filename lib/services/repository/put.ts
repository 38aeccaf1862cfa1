import type { z } from 'zod';
import { slugSchema } from '../../contract/primitives.ts';
import { type RepositoryView, repositoryPutSchema } from '../../contract/repository.ts';
import {
  findRepository,
  type RepositoryDocument,
  type StoredRepository,
  storeRepository,
} from '../../data/delivery/repositories.ts';
import { openSeal } from '../../data/sealed.ts';
import { locationProblem } from '../../git/source.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { parseField } from '../parse-field.ts';
import { putNoun } from '../put-noun.ts';
import { getRepository } from './get.ts';
import { sourceRules, tokenOf } from './source-rules.ts';

/**
 * Creates the repository or gives it this document; the next reading follows soon. A token stays when none is given,
 * unless the repository moves to another host: a secret is not sent to where it was not meant for.
 */
export const putRepository = async (
  ctx: Context,
  input: { slug: string; body: unknown },
): Promise<{ created: boolean; value: RepositoryView }> => {
  authorize(ctx.actor, 'config:write');
  const slug = parseField('slug', slugSchema, input.slug);
  const body = repositoryPutSchema.parse(input.body);
  refuseLocation(body.location);
  const before = await findRepository(ctx.db.pool, slug);
  const token = await nextToken(ctx, slug, body, before);
  const document: RepositoryDocument = {
    location: body.location,
    branches: body.branches,
    services: body.services,
    tokenGivenAt: token.givenAt,
  };
  const { created } = await putNoun(ctx, {
    noun: 'repository',
    name: slug,
    document,
    find: (client) => findRepository(client, slug),
    store: (client) => storeRepository(client, slug, document, token.sealed),
  });
  return { created, value: await getRepository(ctx, { slug }) };
};

type Body = z.output<typeof repositoryPutSchema>;
type Token = { sealed: string | null; givenAt: string | null };

const nextToken = async (
  ctx: Context,
  slug: string,
  { token, location }: Body,
  before: StoredRepository | null,
): Promise<Token> => {
  if (token === null) return { sealed: null, givenAt: null };
  if (token === undefined) {
    if (before === null || originOf(before.location) !== originOf(location))
      return { sealed: null, givenAt: null };
    return { sealed: before.token, givenAt: before.token_given_at?.toISOString() ?? null };
  }
  const { seal } = await openSeal();
  return { sealed: seal(token, tokenOf(slug)), givenAt: new Date(ctx.now()).toISOString() };
};

const originOf = (location: string): string => (URL.canParse(location) ? new URL(location).origin : location);

const refuseLocation = (location: string): void => {
  const message = locationProblem(location, sourceRules());
  if (message === null) return;
  throw new ServiceError('invalid', `location: ${message}`, { errors: [{ path: 'location', message }] });
};
