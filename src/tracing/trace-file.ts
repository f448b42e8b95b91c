import type { Subscription } from 'rxjs';
import { realScheduler } from '../virtual/in-force.js';
import { bytesOf } from './text-bytes.js';
import type { TraceSink } from './trace-sink.js';

/** Bytes that are worth a write. */
const CHUNK = 65_536;
/** Milliseconds after which fewer are written. */
const LONGEST_WAIT = 250;

/**
 * A JSON array that is written piece by piece: each write ends where an element does, so that whatever is cut off after one
 * needs no more than a `]`, which readers of traces do without.
 *
 * One write at a time is under way. What comes meanwhile is kept, up to a limit, and beyond it refused.
 */
export class TraceFile {
  /** What waits: chunks that are full, or have waited long enough, and one that is being filled. */
  private readonly full: Uint8Array[] = [];
  private chunk: Uint8Array | null = null;
  private filled = 0;
  /** The bytes of all of them. */
  private waiting = 0;
  private hasElements = false;
  private isOver = false;
  private failure: { readonly error: unknown } | null = null;
  private writing: Promise<void> | null = null;
  private timer: Subscription | null = null;

  /** @param limit how many bytes may wait for a write */
  constructor(
    private readonly sink: TraceSink,
    private readonly limit: number,
    private readonly onFailure: () => void,
  ) {
    this.append(bytesOf('['));
  }

  /** Adds elements, before each of which stands a comma: all of them, or none when there is no room. */
  add(elements: Uint8Array): boolean {
    if (this.waiting + elements.length > this.limit || this.isOver) return false;
    this.appendElements(elements);
    if (this.full.length > 0) this.writeNext();
    // It keeps a process alive, which would end without what waits here.
    this.timer ??= realScheduler.alarm(LONGEST_WAIT, this.flush, true);
    return true;
  }

  /** Writes what there is, and `elements`, for which there is always room. Rejects with why the sink has failed. */
  async end(elements: Uint8Array): Promise<void> {
    this.isOver = true;
    this.timer?.unsubscribe();
    this.appendElements(elements);
    this.append(bytesOf('\n]\n'));
    this.seal();
    while (this.writing !== null) await this.writing;
    this.check();
    while (this.full.length > 0) {
      await this.send(this.take());
      this.check();
    }
    await this.sink.close();
  }

  private check(): void {
    if (this.failure !== null) throw this.failure.error;
  }

  private appendElements(elements: Uint8Array): void {
    this.append(this.hasElements ? elements : elements.subarray(1));
    this.hasElements = true;
  }

  private append(bytes: Uint8Array): void {
    if (this.filled + bytes.length > CHUNK) this.seal();
    this.chunk ??= new Uint8Array(Math.max(CHUNK, bytes.length));
    this.chunk.set(bytes, this.filled);
    this.filled += bytes.length;
    this.waiting += bytes.length;
  }

  private seal(): void {
    if (this.chunk !== null) this.full.push(this.chunk.subarray(0, this.filled));
    this.chunk = null;
    this.filled = 0;
  }

  private readonly flush = (): void => {
    this.timer = null;
    this.seal();
    this.writeNext();
  };

  private writeNext(): void {
    if (this.writing === null && this.full.length > 0) this.writing = this.send(this.take());
  }

  private take(): Uint8Array {
    const chunk = this.full.shift()!;
    this.waiting -= chunk.length;
    return chunk;
  }

  private async send(chunk: Uint8Array): Promise<void> {
    try {
      await this.sink.write(chunk);
    } catch (error) {
      this.failure = { error };
      this.isOver = true;
      this.timer?.unsubscribe();
      this.full.length = 0;
      this.chunk = null;
      this.onFailure();
    }
    this.writing = null;
    if (!this.isOver) this.writeNext();
  }
}
