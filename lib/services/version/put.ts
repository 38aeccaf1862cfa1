import stringify from 'safe-stable-stringify';
import { type VersionView, versionPutSchema } from '../../contract/config.ts';
import { slugSchema, versionNameSchema } from '../../contract/primitives.ts';
import { findService } from '../../data/config/services.ts';
import { insertVersion, readVersions, type VersionDocument } from '../../data/config/versions.ts';
import { withTransaction } from '../../data/database.ts';
import { notify } from '../../data/notify.ts';
import { listText } from '../../domain/release/words.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { parseField } from '../parse-field.ts';
import { recordConfig } from '../put-noun.ts';
import { versionView } from './view.ts';

/**
 * Registers a version, for ever: the same body again is no change, another one a conflict that names the fields.
 */
export const putVersion = async (
  ctx: Context,
  input: { service: string; version: string; body: unknown },
): Promise<{ created: boolean; value: VersionView }> => {
  const service = parseField('service', slugSchema, input.service);
  authorize(ctx.actor, 'config:write', { service });
  const version = parseField('version', versionNameSchema, input.version);
  const { builtAt, ...body } = versionPutSchema.parse(input.body);
  const document: VersionDocument = {
    ...body,
    ...(builtAt === undefined ? {} : { builtAt: new Date(builtAt).toISOString() }),
  };
  const created = await register(ctx, { service, version, document });
  const [stored] = await readVersions(ctx.db, { service, version, limit: 1 });
  if (!stored)
    throw new Error(`version ${version} of ${service} is gone although versions are never deleted`);
  const value = versionView(stored);
  const differing = created ? [] : differences(stored.document, document);
  if (differing.length === 0) return { created, value };
  const message = `${service} ${version} is registered already with another ${listText(differing)}; a version never changes, register a new one.`;
  throw new ServiceError('conflict', message, {
    reason: 'version-immutable',
    errors: differing.map((path) => ({ path, message: 'differs from what was registered' })),
    current: value,
  });
};

const register = (
  ctx: Context,
  { service, version, document }: { service: string; version: string; document: VersionDocument },
): Promise<boolean> =>
  withTransaction(ctx.db.pool, async (client) => {
    const found = await findService(client, service);
    if (!found)
      throw new ServiceError(
        'not-found',
        `There is no service "${service}"; create it with PUT /api/v1/services/${service}.`,
      );
    const registeredBy = ctx.actor.name;
    if (!(await insertVersion(client, { serviceId: found.id, version, document, registeredBy })))
      return false;
    await notify(client, [{ kind: 'config', noun: 'version', slug: `${service}/${version}` }]);
    await recordConfig(client, ctx, {
      action: 'version.put',
      subject: `version:${service}/${version}`,
      data: { before: null, after: document },
    });
    return true;
  });

const FIELDS = ['digest', 'commit', 'configVersion', 'builtAt', 'schema'] as const;

const differences = (stored: VersionDocument, given: VersionDocument): string[] =>
  FIELDS.filter((field) => stringify(stored[field]) !== stringify(given[field]));
