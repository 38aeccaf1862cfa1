/** Whole numbers as bytes, seven bits each: small ones are short. Plain arithmetic, so that it holds up to 2^53. */

export type ByteWriter = {
  /** 0 to 2^53 - 1. */
  unsigned(value: number): void;
  /** Below 2^52 in size; small sizes are short whatever the sign. */
  signed(value: number): void;
  bytes(data: Uint8Array): void;
  done(): Buffer;
};

export type ByteReader = {
  unsigned(): number;
  signed(): number;
  bytes(length: number): Buffer;
};

export const byteWriter = (): ByteWriter => {
  let buffer = Buffer.allocUnsafe(4_096);
  let length = 0;
  const room = (more: number): void => {
    if (length + more <= buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, length + more));
    buffer.copy(larger, 0, 0, length);
    buffer = larger;
  };
  const unsigned = (value: number): void => {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is no count`);
    room(8);
    let rest = value;
    while (rest >= 128) {
      buffer[length++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    buffer[length++] = rest;
  };
  return {
    unsigned,
    signed: (value) => unsigned(value < 0 ? -value * 2 - 1 : value * 2),
    bytes: (data) => {
      room(data.length);
      buffer.set(data, length);
      length += data.length;
    },
    done: () => buffer.subarray(0, length),
  };
};

/** Throws `RangeError` when the bytes end too early. */
export const byteReader = (buffer: Buffer): ByteReader => {
  let at = 0;
  const unsigned = (): number => {
    let value = 0;
    for (let weight = 1; ; weight *= 128) {
      const byte = buffer[at++];
      if (byte === undefined) throw new RangeError('the bytes end in the middle of a number');
      if (byte < 128) return value + byte * weight;
      value += (byte - 128) * weight;
    }
  };
  return {
    unsigned,
    signed: () => {
      const value = unsigned();
      return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
    },
    bytes: (length) => {
      if (at + length > buffer.length) throw new RangeError('the bytes end too early');
      at += length;
      return buffer.subarray(at - length, at);
    },
  };
};
