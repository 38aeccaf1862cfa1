/** Keeps the last 64 KB of what a command writes. */
export class OutputTail {
  readonly #chunks: Buffer[] = [];
  #size = 0;

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    let [oldest] = this.#chunks;
    while (oldest && this.#size - oldest.length >= bytesMax) {
      this.#chunks.shift();
      this.#size -= oldest.length;
      [oldest] = this.#chunks;
    }
  }

  text(): string {
    return Buffer.concat(this.#chunks).subarray(-bytesMax).toString('utf8');
  }

  /** `: ` and the last 300 characters on one line, for an error message; empty when nothing was written. */
  words(): string {
    const line = this.text()
      .replace(/[\p{C}\s]+/gu, ' ')
      .trim();
    return line === '' ? '' : `: ${line.length > 300 ? '…' : ''}${line.slice(-300)}`;
  }
}

const bytesMax = 64 * 1024;
