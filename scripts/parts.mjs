/** The programs that are not npm packages: finds them, installs Debian's packages where that is allowed, or says what is missing. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { run } from './steps.mjs';

const PARTS = {
  haproxy: {
    paths: ['/usr/sbin/haproxy', '/usr/local/sbin/haproxy'],
    package: 'haproxy',
    use: 'the router driver',
  },
  prometheus: {
    paths: ['/usr/bin/prometheus', '/usr/local/bin/prometheus'],
    package: 'prometheus',
    use: 'the metric source',
  },
  chromium: {
    paths: ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'],
    package: 'chromium',
    use: 'the end-to-end tests',
  },
};

/** Where a part is, or null. */
export const find = (name) => {
  const known = PARTS[name].paths.find((path) => existsSync(path));
  if (known) return known;
  const found = spawnSync('which', [name], { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.trim() : null;
};

/** Makes sure that every named part is there. Throws one error that names each missing part, its use and the fix. */
export const ensureParts = async (names) => {
  const missing = () => names.filter((name) => find(name) === null);
  const wanted = missing();
  if (wanted.length === 0) return;
  const apt = installer();
  if (apt) {
    const packages = wanted.map((name) => PARTS[name].package);
    console.log(`        installing ${packages.join(', ')} from Debian's packages`);
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await run(apt[0], [...apt.slice(1), 'update'], { env, quiet: true });
    await run(apt[0], [...apt.slice(1), 'install', '-y', '--no-install-recommends', ...packages], {
      env,
      quiet: true,
    });
  }
  const still = missing();
  if (still.length === 0) return;
  const lines = still.map(
    (name) => `  ${name} (for ${PARTS[name].use}): install your system's package "${PARTS[name].package}"`,
  );
  throw new Error(`missing:\n${lines.join('\n')}`);
};

const installer = () => {
  if (!existsSync('/usr/bin/apt-get')) return null;
  if (process.getuid?.() === 0) return ['apt-get'];
  try {
    execFileSync('sudo', ['-n', 'true'], { stdio: 'ignore' });
    return ['sudo', '-n', 'apt-get'];
  } catch {
    return null;
  }
};
