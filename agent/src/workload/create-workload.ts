/** The one door to workload drivers: from the `workload` of a target document to something that can be run. */
import { z } from 'zod';
import { ConfigError, didYouMean, parseConfig } from '../config-error.ts';
import type { AllowedCommands } from './allowed-commands.ts';
import { createNoWorkload } from './none.ts';
import { createShellWorkload } from './shell/shell-workload.ts';
import type { Workload } from './workload.ts';

/**
 * Makes the workload named by `config.driver`. A target document only names a unit; what runs stands in the agent's
 * own configuration. Throws `ConfigError` whose problems name the field (`workload.unit`) and the fix. Runs nothing.
 */
export const createWorkload = (config: Record<string, unknown>, allowed: AllowedCommands): Workload => {
  if (config.driver === 'none') {
    parseConfig(noneSchema, config, 'workload');
    return createNoWorkload();
  }
  if (config.driver !== 'shell')
    throw new ConfigError([{ path: 'workload.driver', message: unknown(config) }]);
  const { unit } = parseConfig(shellSchema, config, 'workload');
  const commands = Object.hasOwn(allowed, unit) ? allowed[unit] : undefined;
  if (commands) return createShellWorkload(unit, commands);
  const listed = Object.keys(allowed);
  const hint = listed.length === 0 ? 'it lists none; add the unit there' : didYouMean(unit, listed);
  const message = `"${unit}" is not a unit of allow.commands in the agent's own configuration; ${hint}`;
  throw new ConfigError([{ path: 'workload.unit', message }]);
};

const noneSchema = z.strictObject({ driver: z.literal('none') });
const shellSchema = z.strictObject({
  driver: z.literal('shell'),
  unit: z.string({ error: 'name a unit of allow.commands in the configuration of the agent' }).min(1).max(60),
});

const unknown = (config: Record<string, unknown>): string => {
  const drivers = ['none', 'shell'];
  return typeof config.driver === 'string'
    ? `"${config.driver.slice(0, 100)}" is not a workload driver; ${didYouMean(config.driver, drivers)}`
    : `is missing; name one of ${drivers.join(', ')}`;
};
