const encoder = /* @__PURE__ */ new TextEncoder();
const POINT = 46;
/** From so many bytes on the host copies them faster than a loop. */
const LONG = 20;
/** `000` to `999`. */
const DIGITS = /* @__PURE__ */ encoder.encode(
  /* @__PURE__ */ Array.from({ length: 1_000 }, (_, i) => String(i).padStart(3, '0')).join(''),
);

/** Text as bytes of UTF-8. */
export function bytesOf(text: string): Uint8Array {
  return encoder.encode(text);
}

/**
 * Text that grows by pieces which are bytes already, and is emptied again and again. Strings that grow so often are trees of
 * small objects, which cost more to throw away than to make.
 */
export class TextBytes {
  private bytes = new Uint8Array(4_096);
  private end = 0;

  get isEmpty(): boolean {
    return this.end === 0;
  }

  /** What there is, until something is added or it is emptied. */
  get view(): Uint8Array {
    return this.bytes.subarray(0, this.end);
  }

  clear(): void {
    this.end = 0;
  }

  add(piece: Uint8Array): this {
    const { length } = piece;
    this.makeRoom(length);
    const { bytes, end } = this;
    if (length >= LONG) bytes.set(piece, end);
    else for (let i = 0; i < length; i++) bytes[end + i] = piece[i]!;
    this.end = end + length;
    return this;
  }

  /** A whole number, 0 or more. */
  addCount(count: number): this {
    // More than all digits of a number that is exact.
    this.makeRoom(20);
    const high = Math.floor(count / 1e3);
    if (high > 0) this.addCount(high);
    this.addDigits(count - high * 1e3, high > 0);
    return this;
  }

  /** A thousandth of a whole number, 0 or more, with three decimals: nanoseconds as microseconds, say. */
  addThousandths(count: number): this {
    const whole = Math.floor(count / 1e3);
    this.addCount(whole);
    this.makeRoom(4);
    this.bytes[this.end++] = POINT;
    this.addDigits(count - whole * 1e3, true);
    return this;
  }

  /** A number below 1,000, with all three digits or without leading zeros. */
  private addDigits(count: number, isFull: boolean): void {
    const { bytes } = this;
    const at = 3 * count;
    if (isFull || count > 99) bytes[this.end++] = DIGITS[at]!;
    if (isFull || count > 9) bytes[this.end++] = DIGITS[at + 1]!;
    bytes[this.end++] = DIGITS[at + 2]!;
  }

  private makeRoom(more: number): void {
    const needed = this.end + more;
    if (needed <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.bytes.length));
    larger.set(this.view);
    this.bytes = larger;
  }
}
