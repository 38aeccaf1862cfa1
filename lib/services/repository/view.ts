import type { RepositoryView } from '../../contract/repository.ts';
import type { StoredRepository } from '../../data/delivery/repositories.ts';

export const repositoryView = (stored: StoredRepository): RepositoryView => ({
  slug: stored.slug,
  location: stored.location,
  branches: stored.branches,
  services: stored.services,
  hasToken: stored.token !== null,
  heads: stored.heads,
  commits: stored.commits,
  shallow: stored.shallow,
  readAt: stored.read_at?.toISOString() ?? null,
  reading: stored.reading,
  problem: stored.problem,
  updatedAt: stored.updated_at.toISOString(),
});
