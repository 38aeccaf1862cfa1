/** Shares in a map that the configuration compares with a hash of the user: 0.01 % steps, and users stay where they are. */
import { DriverError } from '../driver.ts';
import type { HaproxyConfig } from './config.ts';
import { runtimeCommand } from './runtime.ts';

type Fine = NonNullable<HaproxyConfig['fine']>;

/** The share that the map holds for the key, in basis points. Throws `DriverError` naming `router.fine`. */
export const readFineShare = async (socket: string, fine: Fine, signal: AbortSignal): Promise<number> => {
  const answer = await runtimeCommand(socket, [`show map ${fine.map}`], signal);
  if (/unknown map/i.test(answer))
    throw new DriverError(
      `router.fine.map: HAProxy has loaded no map "${fine.map}"; the configuration must use it`,
    );
  const entry = answer
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find(([, key]) => key === fine.key);
  const value = Number(entry?.[2]);
  if (!entry || !Number.isInteger(value) || value < 0 || value > 10_000)
    throw new DriverError(
      `router.fine.key: map "${fine.map}" has no line "${fine.key} <0..10000>"; add "${fine.key} 0" to it`,
    );
  return value;
};

export const writeFineShare = async (
  socket: string,
  fine: Fine,
  basisPoints: number,
  signal: AbortSignal,
): Promise<void> => {
  await readFineShare(socket, fine, signal);
  const refused = (
    await runtimeCommand(socket, [`set map ${fine.map} ${fine.key} ${basisPoints}`], signal)
  ).trim();
  if (refused !== '')
    throw new DriverError(`router.fine: HAProxy refused the share: ${refused.slice(0, 300)}`);
};
