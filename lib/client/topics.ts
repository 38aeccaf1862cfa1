/** What the server announces, and which queries each announcement makes stale. */
export const topics = {
  releases: 'releases',
  release: (id: string) => `release:${id}`,
  samples: (id: string) => `samples:${id}`,
  agents: 'agents',
  config: 'config',
} as const;

/** Query keys under `topic`; nothing for a topic this console does not know. */
export const keysOf = (topic: string): string[][] => {
  const [name, id] = topic.split(':');
  if (id) return BY_ID[name ?? '']?.map((key) => [key, id]) ?? [];
  return PLAIN[topic]?.map((key) => [key]) ?? [];
};

const BY_ID: Record<string, string[]> = {
  release: ['release', 'release-events'],
  samples: ['release-samples'],
};

const PLAIN: Record<string, string[]> = {
  releases: ['releases', 'version-matrix'],
  agents: ['agents', 'clusters'],
  config: [
    'services',
    'versions',
    'environments',
    'clusters',
    'freezes',
    'version-matrix',
    'plans',
    'plan',
    'retrospectives',
    'retrospective',
    'release-retrospective',
    'action-items',
    'reviews',
    'incidents',
    'insights',
  ],
};
