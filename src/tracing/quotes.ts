import { bytesOf } from './text-bytes.js';

/** So many texts are kept, and none that is longer. */
const MOST = 1_000;
const LONGEST = 200;

/** A text as JSON has it, with its quotes. */
export class Quote {
  /** The same with something before it, by what that is. */
  private readonly continued = new Map<Uint8Array, Uint8Array>();

  constructor(readonly bytes: Uint8Array) {}

  /** Few different beginnings are expected. */
  after(beginning: Uint8Array): Uint8Array {
    const known = this.continued.get(beginning);
    if (known !== undefined) return known;
    const both = new Uint8Array([...beginning, ...this.bytes]);
    this.continued.set(beginning, both);
    return both;
  }
}

/** Names come again and again, and so the last ones are kept. */
export class Quotes {
  private readonly known = new Map<string, Quote>();

  of(text: string): Quote {
    const known = this.known.get(text);
    if (known !== undefined) return known;
    const quote = new Quote(bytesOf(JSON.stringify(text)));
    if (text.length > LONGEST) return quote;
    if (this.known.size === MOST) this.known.clear();
    this.known.set(text, quote);
    return quote;
  }
}
