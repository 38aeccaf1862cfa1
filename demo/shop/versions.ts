import { createHash } from 'node:crypto';
import { type BehaviourName, behaviours } from './behaviour.ts';

export type ShopVersion = { version: string; behaviour: BehaviourName; digest: string; summary: string };

/** The versions of the shop that the demo can start; the first is the one in charge. */
export const shopVersions: readonly ShopVersion[] = [
  shopVersion('1.3.0', 'healthy', 'the version in charge'),
  shopVersion('1.4.0', 'healthy', 'behaves like 1.3.0'),
  shopVersion('1.5.0-bad', 'errors', 'three times the failures'),
  shopVersion('1.5.1-slow', 'slow', 'answers take half as long again'),
  shopVersion('1.5.2-fewer-orders', 'fewer-orders', 'loses 15 % of the completed orders'),
];

/** The catalogue's entry, or undefined when the demo has no such version. */
export function findShopVersion(version: string): ShopVersion | undefined {
  return shopVersions.find((candidate) => candidate.version === version);
}

/** Digest of what a version is: its name and every number of its behaviour, in sorted order. */
export function shopDigest(version: string, behaviour: BehaviourName): string {
  const profile = Object.entries(behaviours[behaviour]).sort(([a], [b]) => (a < b ? -1 : 1));
  const content = JSON.stringify({ service: 'shop', version, profile });
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

function shopVersion(version: string, behaviour: BehaviourName, summary: string): ShopVersion {
  return { version, behaviour, digest: shopDigest(version, behaviour), summary };
}
