import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { AddressError, isAllowedHost, type Resolve, resolveAllowed } from '../net/public-address.ts';
import { GitError } from './git-error.ts';

/** Where repositories may be read from: folders of this host, and hosts that are not public. */
export type SourceRules = { roots: readonly string[]; allowedHosts: readonly string[]; resolve?: Resolve };

/** A location that was checked, as the git program gets it. */
export type OpenSource = {
  address: string;
  protocols: readonly ('https' | 'file')[];
  settings: readonly (readonly [string, string])[];
};

/** What is wrong with a location as it is written, without asking network or disk; null when nothing is. */
export const locationProblem = (location: string, rules: SourceRules): string | null => {
  if (location.startsWith('/')) return pathProblem(location, rules.roots);
  const url = URL.canParse(location) ? new URL(location) : null;
  if (url?.protocol !== 'https:')
    return 'use https://host/owner/name, or the absolute path of a folder of this host';
  if (url.username !== '' || url.password !== '')
    return 'keep user and password out of the address; give the access token in its own field';
  if (url.search !== '' || url.hash !== '') return 'remove everything after the path';
  if (url.port !== '' && !isAllowedHost(url.hostname, rules.allowedHosts))
    return `use the usual port of https; another is only for hosts in SLIPWAY_ALLOWED_HOSTS`;
  return null;
};

/**
 * Checks a location against the rules at this moment. Addresses are resolved once and pinned, so that a second answer
 * of the name's owner leads nowhere else; paths are followed through symbolic links. Throws `GitError`.
 */
export const openSource = async (
  location: string,
  rules: SourceRules,
  token: string | null,
): Promise<OpenSource> => {
  const problem = locationProblem(location, rules);
  if (problem !== null) throw new GitError(`${location}: ${problem}`);
  return location.startsWith('/')
    ? openPath(location, rules.roots)
    : openUrl(new URL(location), rules, token);
};

const pathProblem = (location: string, roots: readonly string[]): string | null => {
  if (roots.length === 0)
    return 'folders of this host are read only below those listed in SLIPWAY_GIT_ROOTS; none is';
  if (/[\0\n]/.test(location)) return 'remove the characters that no path has';
  return isBelow(path.normalize(location), roots)
    ? null
    : 'this folder is not below one of those listed in SLIPWAY_GIT_ROOTS';
};

const isBelow = (file: string, roots: readonly string[]): boolean =>
  roots.some((root) => {
    const from = path.relative(root, file);
    return from === '' || !(from === '..' || from.startsWith(`..${path.sep}`) || path.isAbsolute(from));
  });

const openPath = async (location: string, roots: readonly string[]): Promise<OpenSource> => {
  const real = await realpath(location).catch(() => {
    throw new GitError(`There is no folder ${location}, or this server may not read it.`);
  });
  const realRoots = await Promise.all(roots.map((root) => realpath(root).catch(() => root)));
  if (!isBelow(real, realRoots))
    throw new GitError(`${location} leads out of the folders listed in SLIPWAY_GIT_ROOTS.`);
  return { address: `file://${real}`, protocols: ['file'], settings: [] };
};

const openUrl = async (url: URL, rules: SourceRules, token: string | null): Promise<OpenSource> => {
  const addresses = await resolveAllowed(url.hostname, rules.allowedHosts, rules.resolve).catch(
    (error: unknown) => {
      throw error instanceof AddressError ? new GitError(error.message) : error;
    },
  );
  const port = url.port === '' ? '443' : url.port;
  const pinned = addresses.map(({ address, family }) => (family === 6 ? `[${address}]` : address)).join(',');
  return {
    address: url.href,
    protocols: ['https'],
    settings: [
      ['http.curloptResolve', `${url.hostname}:${port}:${pinned}`],
      ...(token === null
        ? []
        : [[`http.${url.origin}.extraHeader`, `Authorization: Basic ${basic(token)}`] as const]),
    ],
  };
};

/** Hosts that take access tokens as a password accept any user name beside them. */
const basic = (token: string): string => Buffer.from(`slipway:${token}`).toString('base64');
