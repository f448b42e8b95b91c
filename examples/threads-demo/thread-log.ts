import { type Span, spansBetween } from '../demo/lane-recorder.js';

/** So many stretches of work; what comes after these is not noted. */
const CAPACITY = 50_000;
/** Pieces of work that are this close are noted as one. */
const GAP_MS = 0.05;

/**
 * When a thread ran: noted by the thread in shared memory, and read by the program, so that it costs no message.
 *
 * Each thread has a clock of its own that begins at 0, so that times are those of the machine's.
 */
export class ThreadLog {
  private readonly length: Int32Array;
  private readonly times: Float64Array;

  /** @param memory what a log in another thread has, to share it */
  constructor(readonly memory = new SharedArrayBuffer((1 + 2 * CAPACITY) * Float64Array.BYTES_PER_ELEMENT)) {
    this.length = new Int32Array(memory, 0, 1);
    this.times = new Float64Array(memory, Float64Array.BYTES_PER_ELEMENT);
  }

  /** Whether the thread has not run yet. */
  get isEmpty(): boolean {
    return Atomics.load(this.length, 0) === 0;
  }

  /** Runs a piece of work, in the thread. */
  readonly run = <T>(work: () => T): T => {
    const from = machineTime();
    const result = work();
    this.note(from, machineTime());
    return result;
  };

  /** Forgets all, while the thread does nothing. */
  clear(): void {
    Atomics.store(this.length, 0, 0);
  }

  /** When it ran between two moments of the program's clock. */
  spans(from: number, to: number): Span[] {
    const ahead = machineTime() - performance.now();
    const noted = this.times.subarray(0, Atomics.load(this.length, 0));
    return spansBetween(noted, from + ahead, to + ahead).map(([begin, end]) => [begin - ahead, end - ahead]);
  }

  private note(from: number, to: number): void {
    const { length, times } = this;
    const end = Atomics.load(length, 0);
    if (end > 0 && from - times[end - 1]! < GAP_MS) times[end - 1] = to;
    else if (end < times.length) {
      times[end] = from;
      times[end + 1] = to;
      Atomics.store(length, 0, end + 2);
    }
  }
}

/** Milliseconds, the same in all threads. */
function machineTime(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
