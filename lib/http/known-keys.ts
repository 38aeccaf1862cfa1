import { z } from 'zod';

const cache = new WeakMap<z.ZodType, string[]>();

/** Every property name a schema knows at any depth. */
export const knownKeys = (schema: z.ZodType | undefined): string[] => {
  if (!schema) return [];
  const known = cache.get(schema);
  if (known) return known;
  const keys = [...new Set(propertyNames(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' })))];
  cache.set(schema, keys);
  return keys;
};

const propertyNames = (node: unknown): string[] => {
  if (Array.isArray(node)) return node.flatMap(propertyNames);
  if (typeof node !== 'object' || node === null) return [];
  const own =
    'properties' in node && typeof node.properties === 'object' && node.properties !== null
      ? Object.keys(node.properties)
      : [];
  return [...own, ...Object.values(node).flatMap(propertyNames)];
};
