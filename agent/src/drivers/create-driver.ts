/** The one door to router drivers: from the `router` of a target document to something that can be driven. */
import { ConfigError, didYouMean, parseConfig } from '../config-error.ts';
import type { Driver } from './driver.ts';
import { embeddedSchema } from './embedded/config.ts';
import { createEmbeddedDriver } from './embedded/embedded-driver.ts';
import { haproxySchema } from './haproxy/config.ts';
import { createHaproxyDriver } from './haproxy/haproxy-driver.ts';

const NAMES = ['haproxy', 'embedded'] as const;

/** Makes the driver named by `config.driver`. Throws `ConfigError` naming field and fix. Opens nothing yet. */
export const createDriver = (config: Record<string, unknown>): Driver => {
  switch (nameOf(config)) {
    case 'haproxy':
      return createHaproxyDriver(parseConfig(haproxySchema, config, 'router'));
    case 'embedded':
      return createEmbeddedDriver(parseConfig(embeddedSchema, config, 'router'));
  }
};

/** Every address the driver would open or listen on, for the agent's allow list: `unix:`, `tcp:` and `http:` addresses. */
export const routerAddresses = (config: Record<string, unknown>): string[] => {
  switch (nameOf(config)) {
    case 'haproxy':
      return [parseConfig(haproxySchema, config, 'router').socket];
    case 'embedded': {
      const { listen, baseline, canary } = parseConfig(embeddedSchema, config, 'router');
      return [`http://${listen}`, ...baseline, ...canary];
    }
  }
};

const nameOf = (config: Record<string, unknown>): (typeof NAMES)[number] => {
  const found = NAMES.find((name) => name === config.driver);
  if (found) return found;
  const message =
    typeof config.driver === 'string'
      ? `"${config.driver.slice(0, 100)}" is not a router driver; ${didYouMean(config.driver, NAMES)}`
      : `is missing; name one of ${NAMES.join(', ')}`;
  throw new ConfigError([{ path: 'router.driver', message }]);
};
