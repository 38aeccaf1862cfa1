import { describe, expect, test } from 'vitest';
import { EnvError, parseEnv } from './env.ts';

const problemsOf = (source: Record<string, string>): readonly string[] => {
  try {
    parseEnv(source);
  } catch (error) {
    if (error instanceof EnvError) return error.problems;
    throw error;
  }
  return [];
};

describe('the environment', () => {
  test('needs no variable at all', () => {
    expect(parseEnv({})).toMatchObject({ port: 3000, host: '127.0.0.1', databaseUrl: null, admin: null });
  });

  test('takes an empty variable as not set', () => {
    expect(parseEnv({ DATABASE_URL: '', PORT: ' ' })).toMatchObject({ databaseUrl: null, port: 3000 });
  });

  test.each([
    ['PORT', 'http', 'whole number'],
    ['PORT', '70000', '65535'],
    ['DATABASE_URL', 'mysql://localhost/slipway', 'postgresql://'],
    ['NEXTAUTH_SECRET', 'short', '32 characters'],
    ['NEXTAUTH_URL', 'slipway.example.org', 'full address'],
    ['SLIPWAY_BOOTSTRAP_TOKEN', 'x'.repeat(31), '32 characters'],
    ['SLIPWAY_LOG_LEVEL', 'loud', 'trace, debug'],
    ['SLIPWAY_SEAL_KEY', 'short', '32 characters'],
    ['SLIPWAY_ALLOWED_HOSTS', 'https://git.example.org', 'host names'],
  ])('refuses %s=%s by name, with the fix', (name, value, fix) => {
    const problems = problemsOf({ [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`${name}: `);
    expect(problems[0]).toContain(fix);
  });

  test('takes lists apart at commas', () => {
    const parsed = parseEnv({
      SLIPWAY_GIT_ROOTS: '/srv/git/ , /home',
      SLIPWAY_ALLOWED_HOSTS: 'a.example,*.b.example',
    });
    expect(parsed.gitRoots).toEqual(['/srv/git', '/home']);
    expect(parsed.allowedHosts).toEqual(['a.example', '*.b.example']);
    expect(problemsOf({ SLIPWAY_GIT_ROOTS: '/srv/git,repos' })[0]).toContain('absolute folders');
  });

  test('names every mistake at once', () => {
    expect(problemsOf({ PORT: 'x', NEXTAUTH_URL: 'y' })).toHaveLength(2);
  });

  test('names the variable that is missing beside those it belongs to', () => {
    const problems = problemsOf({ SLIPWAY_ADMIN_EMAIL: 'admin@example.org' });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^SLIPWAY_ADMIN_PASSWORD: /);
  });

  test('never repeats a secret in an error', () => {
    expect(problemsOf({ NEXTAUTH_SECRET: 'tooshortsecret' }).join()).not.toContain('tooshortsecret');
  });

  test('drops the slash at the end of the public address', () => {
    expect(parseEnv({ NEXTAUTH_URL: 'https://slipway.example.org/' }).publicUrl).toBe(
      'https://slipway.example.org',
    );
  });
});
