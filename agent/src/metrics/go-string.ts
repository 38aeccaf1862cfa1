/** Label values in PromQL and in the text format are Go strings: "…", '…' or `…`. */

/** The value between the quotes; null when an escape is not one that Go knows. */
export const unquoteGoString = (literal: string): string | null => {
  const body = literal.slice(1, -1);
  if (literal.startsWith('`')) return body;
  let valid = true;
  const text = body.replace(escapes, (whole, code: string | undefined, simple: string | undefined) => {
    const plain = simple === undefined ? undefined : simpleEscapes[simple];
    if (plain !== undefined) return plain;
    const point = code === undefined ? Number.NaN : codePointOf(code);
    if (Number.isInteger(point) && point <= 0x10ffff) return String.fromCodePoint(point);
    valid = false;
    return whole;
  });
  return valid ? text : null;
};

/** Quotes any text so that it can be nothing but one string literal. */
export const quoteGoString = (value: string): string =>
  `"${value.replace(/[\\"\n]/g, (char) => (char === '\n' ? '\\n' : `\\${char}`))}"`;

const escapes = /\\(?:(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3})|(.|$))/gs;

const codePointOf = (code: string): number =>
  /^[xuU]/.test(code) ? Number.parseInt(code.slice(1), 16) : Number.parseInt(code, 8);

const simpleEscapes: Record<string, string> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
};
