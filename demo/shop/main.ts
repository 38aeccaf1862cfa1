import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { parseShopArguments, type ShopArguments, shopUsage } from './arguments.ts';
import { behaviours } from './behaviour.ts';
import { ArgumentError } from './command-line.ts';
import { seededRandom } from './random.ts';
import { createShop } from './service.ts';
import { shopDigest } from './versions.ts';

const drainMsMax = 10_000;

main(process.argv.slice(2));

function main(args: string[]): void {
  if (args.includes('--help')) {
    console.log(shopUsage);
    return;
  }
  try {
    start(parseShopArguments(args));
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    console.error(`${error.message}\n\n${shopUsage}`);
    process.exitCode = 2;
  }
}

/** Says on standard output, in one line of JSON, where the shop listens, as soon as it does. */
function start({ version, track, port, behaviour, seed, pidFile }: ShopArguments): void {
  const digest = shopDigest(version, behaviour);
  const server = createShop({ version, digest, track, profile: behaviours[behaviour] }, seededRandom(seed));
  server.on('error', (error) => fail(`cannot listen on 127.0.0.1:${port}: ${error.message}`));
  server.listen(port, '127.0.0.1', () => {
    if (pidFile !== undefined) writePidFile(pidFile);
    const listening = portOf(server);
    console.log(JSON.stringify({ listening, pid: process.pid, version, track, behaviour, digest, seed }));
  });
  process.once('SIGTERM', () => stop(server, pidFile));
  process.once('SIGINT', () => stop(server, pidFile));
}

/** Takes no new connections, answers what is under way, and leaves; whoever never finishes is cut off. */
function stop(server: Server, pidFile: string | undefined): void {
  server.close(() => {
    if (pidFile !== undefined) removePidFile(pidFile);
    process.exit(0);
  });
  setTimeout(() => server.closeAllConnections(), drainMsMax).unref();
}

/** Written beside and renamed, so that a reader never sees half a number. */
function writePidFile(file: string): void {
  try {
    writeFileSync(`${file}.${process.pid}`, `${process.pid}\n`);
    renameSync(`${file}.${process.pid}`, file);
  } catch (error) {
    fail(`--pid-file ${file} cannot be written: ${messageOf(error)}`);
  }
}

/** Only the own entry is removed: a successor may have written the file already. */
function removePidFile(file: string): void {
  try {
    if (readFileSync(file, 'utf8').trim() === String(process.pid)) rmSync(file);
  } catch (error) {
    console.error(`shop: could not remove ${file}: ${messageOf(error)}`);
  }
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the shop listens on no port');
  return address.port;
}

function fail(message: string): never {
  console.error(`shop: ${message}`);
  process.exit(1);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
