import { env } from '../../env.ts';
import type { SourceRules } from '../../git/source.ts';

/** From where this server may read repositories, as its owner set it. */
export const sourceRules = (): SourceRules => {
  const { gitRoots, allowedHosts } = env();
  return { roots: gitRoots, allowedHosts };
};

/** What a sealed access token belongs to. */
export const tokenOf = (slug: string): string => `repository:${slug}`;
