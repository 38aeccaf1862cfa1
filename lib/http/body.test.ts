import { describe, expect, it } from 'vitest';
import { readBody } from './body.ts';

const read = (body: string, type = 'application/json') =>
  readBody(new Request('http://localhost/', { method: 'POST', body, headers: { 'content-type': type } }));

describe('a request body', () => {
  it('is read as JSON or YAML, by its type', async () => {
    expect((await read('{"a":[1,"x"]}')).value).toEqual({ a: [1, 'x'] });
    expect((await read('a: [1, x]', 'application/yaml')).value).toEqual({ a: [1, 'x'] });
    expect((await read('')).value).toEqual({});
  });

  const refused = [
    ['malformed JSON', '{"a":', 'application/json', 'cannot be read'],
    ['malformed YAML', 'a: [', 'application/yaml', 'cannot be read'],
    ['a YAML alias', 'a: &x 1\nb: *x', 'application/yaml', 'cannot be read'],
    ['another type', 'a=1', 'application/x-www-form-urlencoded', 'Content-Type'],
    ['a NUL, however it is written', '{"a":"\\u0000"}', 'application/json', 'NUL'],
    ['a NUL in YAML', 'a: "\\x00"', 'application/yaml', 'NUL'],
    ['half of a character', '{"a":{"b":["\\ud800"]}}', 'application/json', 'half of a character'],
    ['too many values', `[${'1,'.repeat(25_000)}1]`, 'application/yaml', 'more than 20000 values'],
    ['too many bytes', JSON.stringify({ a: 'x'.repeat(300_000) }), 'application/json', 'larger than 256 KB'],
  ] as const;
  for (const [name, body, type, message] of refused)
    it(`is refused for ${name}`, async () => {
      await expect(read(body, type)).rejects.toThrow(message);
    });

  it('keeps whole characters outside the basic plane', async () => {
    expect((await read('{"a":"\\ud83d\\ude80"}')).value).toEqual({ a: '🚀' });
  });
});
