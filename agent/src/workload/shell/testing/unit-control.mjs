/** Start, stop, check and status commands as an owner would write them. Arguments: folder, command, track, version, digest. */
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const [folder, command, track, version, digest, previous] = process.argv.slice(2);
const file = join(folder, `${track}.json`);
const running = () => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null);
appendFileSync(join(folder, 'calls'), `${[command, track, version, previous].filter(Boolean).join(' ')}\n`);

const ask = async () => {
  const service = running();
  if (!service) return null;
  const response = await fetch(`http://127.0.0.1:${service.port}/`);
  return await response.json();
};

const stop = () => {
  const service = running();
  if (service) process.kill(service.pid);
  rmSync(file, { force: true });
};

const commands = {
  start: () => {
    stop();
    const service = new URL('service.mjs', import.meta.url).pathname;
    const child = spawn(process.execPath, [service, file, version, digest], {
      detached: true,
      stdio: 'ignore',
    });
    child.unref();
  },
  stop,
  check: async () => {
    const state = await ask();
    if (state?.version !== version) throw new Error(`${version} is not up yet`);
  },
  status: async () => process.stdout.write(JSON.stringify(await ask())),
};
await commands[command]();
