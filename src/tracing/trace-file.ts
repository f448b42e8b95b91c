import type { Subscription } from 'rxjs';
import { realScheduler } from '../virtual/in-force.js';
import type { TraceSink } from './trace-sink.js';

/** Characters that are worth a write. */
const CHUNK = 65_536;
/** Milliseconds after which less is written. */
const LONGEST_WAIT = 250;

const encoder = /* @__PURE__ */ new TextEncoder();

/**
 * A JSON array that is written piece by piece: each write ends where an element does, so that whatever is cut off after one
 * needs no more than a `]`, which readers of traces do without.
 *
 * One write at a time is under way. What comes meanwhile is kept, up to a limit, and beyond it refused.
 */
export class TraceFile {
  private text = '[';
  private hasElements = false;
  private isOver = false;
  private failure: { readonly error: unknown } | null = null;
  private writing: Promise<void> | null = null;
  private timer: Subscription | null = null;

  /** @param limit how many characters may wait for a write */
  constructor(
    private readonly sink: TraceSink,
    private readonly limit: number,
    private readonly onFailure: () => void,
  ) {}

  /** Adds `elements`, which are separated by commas: all of them, or none when there is no room. */
  add(elements: string): boolean {
    const { text, limit } = this;
    if (text.length + elements.length > limit || this.isOver) return false;
    this.text += this.hasElements ? `,\n${elements}` : `\n${elements}`;
    this.hasElements = true;
    this.writeSoon();
    return true;
  }

  /** Writes what there is, and `elements`, for which there is always room. Rejects with why the sink has failed. */
  async end(elements: string): Promise<void> {
    this.isOver = true;
    this.timer?.unsubscribe();
    while (this.writing !== null) await this.writing;
    this.check();
    await this.send(encoder.encode(`${this.text}${this.hasElements ? ',' : ''}\n${elements}\n]\n`));
    this.check();
    await this.sink.close();
  }

  private check(): void {
    if (this.failure !== null) throw this.failure.error;
  }

  private writeSoon(): void {
    if (this.text.length >= CHUNK) this.write();
    // It keeps a process alive, which would end without what waits here.
    else if (this.text !== '') this.timer ??= realScheduler.alarm(LONGEST_WAIT, () => this.write(), true);
  }

  private write(): void {
    this.timer?.unsubscribe();
    this.timer = null;
    if (this.writing !== null || this.text === '' || this.failure !== null) return;
    const chunk = encoder.encode(this.text);
    this.text = '';
    this.writing = this.send(chunk);
  }

  private async send(chunk: Uint8Array): Promise<void> {
    try {
      await this.sink.write(chunk);
    } catch (error) {
      this.failure = { error };
      this.isOver = true;
      this.text = '';
      this.onFailure();
    }
    this.writing = null;
    if (!this.isOver) this.writeSoon();
  }
}
