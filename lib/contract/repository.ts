/** Git repositories whose history Slipway reads. */
import { z } from 'zod';
import { pageOf, slugSchema, timeSchema } from './primitives.ts';

const pathSchema = z
  .string()
  .trim()
  .max(300)
  .regex(/^\/?[^/\0\n][^\0\n]*$/, 'use a folder or file of the repository, such as services/shop')
  .refine((path) => !path.split('/').includes('..'), 'leave out ".."');

const branchSchema = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9_][\w./+@-]*\*?$/, 'use the name of a branch, or its beginning and a star: release/*')
  .refine((name) => !name.includes('..') && !name.endsWith('/') && !name.endsWith('.lock'), {
    message: 'no branch has this name',
  });

export const repositoryPutSchema = z.strictObject({
  /** `https://host/owner/name`, or the absolute path of a folder of the server's host. */
  location: z.string().trim().min(1).max(1_000),
  /** Empty: the branch that the repository calls its default. Their commits count as merged. */
  branches: z.array(branchSchema).max(20).default([]),
  /** Service to the paths that it is made of; no path: all of them. No service at all: every one that deploys from here. */
  services: z.record(slugSchema, z.array(pathSchema).max(100)).default({}),
  /** A token that may read it. Left out: the one it has stays; null: it has none. Never shown again. */
  token: z.string().min(1).max(1_000).nullable().optional(),
});

export const repositorySchema = z.object({
  slug: slugSchema,
  location: z.string(),
  branches: z.array(z.string()),
  services: z.record(z.string(), z.array(z.string())),
  hasToken: z.boolean(),
  heads: z.array(z.object({ branch: z.string(), sha: z.string() })),
  /** Commits read from it so far. */
  commits: z.number().int(),
  /** The source has only the newer part of its history: commits before it are unknown. */
  shallow: z.boolean(),
  readAt: timeSchema.nullable(),
  reading: z.boolean(),
  /** Why the last reading failed, with the fix; null when it did not. */
  problem: z.string().nullable(),
  updatedAt: timeSchema,
});
export type RepositoryView = z.infer<typeof repositorySchema>;
export const repositoriesSchema = pageOf(repositorySchema);

export const repositoryReadSchema = z.object({
  repository: repositorySchema,
  /** Commits that this reading found and the one before had not. */
  found: z.number().int(),
});
export type RepositoryRead = z.infer<typeof repositoryReadSchema>;
