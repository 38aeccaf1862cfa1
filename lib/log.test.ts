import { expect, test } from 'vitest';
import { createLog } from './log.ts';

const linesOf = (write: (log: ReturnType<typeof createLog>) => void): string => {
  const lines: string[] = [];
  write(createLog({ write: (line) => void lines.push(line) }));
  return lines.join('');
};

test('a secret under a known name never reaches the log, at any of three depths', () => {
  const lines = linesOf((log) =>
    log.info({ password: 'p-1', user: { token: 'p-2' }, request: { headers: { cookie: 'p-3' } } }, 'hello'),
  );
  expect(lines).toContain('hello');
  expect(lines).not.toMatch(/p-[123]/);
});

test('a secret inside a text never reaches the log', () => {
  const enrolment = `enr_${'a'.repeat(43)}`;
  const lines = linesOf((log) =>
    log.error(
      new Error(`connect postgresql://slipway:hush@127.0.0.1/slipway, Bearer abc.def, ${enrolment} failed`),
    ),
  );
  expect(lines).toContain('postgresql://slipway:[secret]@127.0.0.1/slipway');
  expect(lines).not.toMatch(/hush|abc\.def|enr_a/);
});

test('a child logger names its part in every line', () => {
  const line = linesOf((log) => log.child({ part: 'engine' }).warn('late'));
  expect(JSON.parse(line)).toMatchObject({ level: 'warn', part: 'engine', msg: 'late' });
});

test('an error is logged without the database client that hangs on it', () => {
  const error = Object.assign(new Error('lost'), { code: '57P01', client: { key: 4711 } });
  const line = JSON.parse(linesOf((log) => log.warn({ err: error }, 'lost')));
  expect(line.err).toMatchObject({ message: 'lost', code: '57P01' });
  expect(line.err).not.toHaveProperty('client');
});
