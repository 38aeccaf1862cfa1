import { load, loadAll } from 'js-yaml';
import { z } from 'zod';
import { ConfigError, parseConfig } from '../config-error.ts';
import { textOf } from '../log.ts';

/** A declarative document and the request that stores it. */
export type Put = { kind: Kind; name: string; path: string; body: unknown };

/** In the order in which later kinds refer to earlier ones. */
export const KINDS = ['Environment', 'Cluster', 'Service', 'Version', 'Plan', 'Target'] as const;
export type Kind = (typeof KINDS)[number];

const slug = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,127}$/, 'use letters, digits and . _ + -');
const head = z.looseObject({
  apiVersion: z.literal('slipway/v1', { error: 'write slipway/v1' }),
  kind: z.enum(KINDS, { error: `write one of ${KINDS.join(', ')}` }),
});
const named = z.looseObject({ metadata: z.looseObject({ name: slug }) });
const ofService = z.looseObject({ metadata: z.looseObject({ service: slug, name: slug }) });
const ofTarget = z.looseObject({ metadata: z.looseObject({ service: slug, cluster: slug }) });
const withSpec = z.looseObject({
  spec: z.record(z.string(), z.unknown(), { error: 'write the body under spec' }),
});

/** The requests of one YAML file, any number of documents. Throws `ConfigError` with the file in each path. */
export function readDocuments(file: string, text: string): Put[] {
  return parseAll(file, text).map((document, index, all) =>
    putOf(document, all.length === 1 ? file : `${file}[${index}]`),
  );
}

/** Sorted so that whatever a document refers to is stored before it. */
export function inOrder(puts: readonly Put[]): Put[] {
  return [...puts].sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
}

function putOf(document: unknown, where: string): Put {
  const { kind } = parseConfig(head, document, where);
  if (kind === 'Plan') {
    const { name } = parseConfig(named, document, where).metadata;
    return { kind, name, path: `/plans/${name}`, body: document };
  }
  const body = parseConfig(withSpec, document, where).spec;
  if (kind === 'Target') {
    const { service, cluster } = parseConfig(ofTarget, document, where).metadata;
    return { kind, name: `${service}/${cluster}`, path: `/targets/${service}/${cluster}`, body };
  }
  if (kind === 'Version') {
    const { service, name } = parseConfig(ofService, document, where).metadata;
    const path = `/services/${service}/versions/${encodeURIComponent(name)}`;
    return { kind, name: `${service} ${name}`, path, body };
  }
  const { name } = parseConfig(named, document, where).metadata;
  return { kind, name, path: `/${kind.toLowerCase()}s/${name}`, body };
}

function parseAll(file: string, text: string): unknown[] {
  if (text.length > 262_144) throw new ConfigError([{ path: file, message: 'is larger than 256 KB' }]);
  try {
    if (file.endsWith('.json')) return [load(text, { maxAliases: 0 })];
    return loadAll(text, { maxAliases: 0 }).filter((document) => document !== null && document !== undefined);
  } catch (error) {
    throw new ConfigError([{ path: file, message: textOf(error) }]);
  }
}
