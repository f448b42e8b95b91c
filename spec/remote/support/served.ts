import { interval, Observable, of, take } from 'rxjs';
import { transfer } from '../../../src/remote/transfer.js';
import type { ThreadContext } from '../../../src/worker/index.js';

class LedgerError extends Error {
  override readonly name = 'LedgerError';
  constructor(
    message: string,
    readonly account: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

let calls = 0;
/** What a thread has seen, so that a later task can ask. */
const log: string[] = [];

/** The other end of a `Line`: says what it does, and does what it is told. */
function listen(line: MessagePort, name: string, told: (what: string) => void): (what: string) => void {
  line.onmessage = ({ data }: MessageEvent<string>) => told(data);
  return (what) => {
    log.push(`${name} ${what}`);
    line.postMessage(what);
  };
}

/** The tasks of the conformance suite, on every platform. */
export const served = {
  echo: (value: unknown): unknown => value,
  add: (a: number, b: number): number => a + b,
  later: async (value: unknown): Promise<unknown> => value,
  optional: (a: number, b?: number): string => `${a} ${typeof b}`,
  defaulted: (a: number, b = 7, context?: ThreadContext): string => `${a} ${b} ${typeof context?.signal}`,
  nothing: (): void => undefined,
  /** How often this thread was asked. */
  count: (): number => ++calls,
  /** What this thread has seen since it was last asked. */
  read: (): string[] => log.splice(0),

  // Streams.
  emit: (values: unknown[]): Observable<unknown> => of(...values),
  ticks: (n: number): Observable<number> => interval(0).pipe(take(n)),
  emitAndFail: (values: unknown[], message: string): Observable<unknown> =>
    new Observable((subscriber) => {
      for (const value of values) subscriber.next(value);
      subscriber.error(new TypeError(message));
    }),
  never: (): Observable<string> =>
    new Observable((subscriber) => {
      log.push('subscribed');
      subscriber.next('subscribed');
      return () => log.push('unsubscribed');
    }),
  teardownFails: (): Observable<string> =>
    new Observable((subscriber) => {
      subscriber.next('subscribed');
      return () => {
        throw new Error('in the teardown');
      };
    }),
  iterate: function* (n: number): Generator<number> {
    try {
      for (let i = 0; i < n; i++) {
        log.push(`made ${i}`);
        yield i;
      }
    } finally {
      log.push('closed');
    }
  },
  rows: async function* (n: number): AsyncGenerator<number> {
    try {
      for (let i = 0; i < n; i++) {
        log.push(`made ${i}`);
        yield await Promise.resolve(i);
      }
    } finally {
      await Promise.resolve();
      log.push('closed');
    }
  },
  iterateAndFail: function* (n: number): Generator<number> {
    for (let i = 0; i < n; i++) yield i;
    throw new RangeError('too far');
  },
  /** An async iterator with neither `return` nor manners. */
  bareIterator: (results: unknown[]): AsyncIterable<unknown> => {
    const rest = [...results];
    return {
      [Symbol.asyncIterator]: () => ({ next: async () => rest.shift() as IteratorResult<unknown> }),
    };
  },

  // What goes on until it is told to end.
  held: (line: MessagePort, name: string, { signal }: ThreadContext): Promise<string> =>
    new Promise((resolve, reject) => {
      const say = listen(line, name, (told) => {
        say('ended');
        line.close();
        if (told === 'fail') reject(new Error(`${name} was told to fail`));
        else resolve(name);
      });
      signal.addEventListener('abort', () => say('aborted'));
      say('began');
    }),
  /** Ends as soon as its signal aborts, which is what a polite task does. */
  polite: (line: MessagePort, name: string, { signal }: ThreadContext): Promise<never> =>
    new Promise((_, reject) => {
      const say = listen(line, name, () => undefined);
      signal.addEventListener('abort', () => {
        say('ended');
        line.close();
        reject(signal.reason as Error);
      });
      say('began');
    }),
  heldStream: (line: MessagePort, name: string): Observable<string> =>
    new Observable((subscriber) => {
      const say = listen(line, name, (told) => {
        if (told === 'end') subscriber.complete();
        else subscriber.next(told);
      });
      say('began');
      return () => {
        say('ended');
        line.close();
      };
    }),
  heldRows: async function* (line: MessagePort, name: string): AsyncGenerator<string> {
    let release: (told: string) => void = () => undefined;
    const say = listen(line, name, (told) => release(told));
    const told = (): Promise<string> => new Promise((resolve) => (release = resolve));
    try {
      const first = told();
      say('began');
      yield await first;
      yield await told();
    } finally {
      const last = told();
      say('closing');
      await last;
      say('ended');
      line.close();
    }
  },
  deaf: (line: MessagePort): Promise<never> => {
    line.postMessage('began');
    line.close();
    return new Promise(() => undefined);
  },

  // Errors.
  fails: (message: string): never => {
    throw new LedgerError(message, 'alice', { cause: new RangeError('too much', { cause: 'greed' }) });
  },
  rejects: (value: unknown): Promise<never> => Promise.reject(value),
  aggregate: (): never => {
    throw new AggregateError([new Error('one'), new TypeError('two'), 3], 'both');
  },
  circular: (): never => {
    const error = new Error('round');
    error.cause = new Error('and round', { cause: error });
    throw error;
  },
  unreadable: (): never => {
    throw Object.defineProperty(new Error('hidden'), 'message', {
      get: () => {
        throw new Error('private');
      },
    });
  },
  protoField: (): never => {
    throw Object.defineProperty(new Error('with a field'), '__proto__', { value: { isFake: true }, enumerable: true });
  },
  uncloneableResult: (): unknown => ({ list: [1, { call: () => 1 }] }),
  uncloneableLater: async (): Promise<unknown> => new Map([['key', Symbol('s')]]),
  uncloneableValue: (): Observable<unknown> =>
    new Observable((subscriber) => {
      subscriber.next(1);
      subscriber.next({ socket: () => 2 });
      return () => log.push('unsubscribed');
    }),
  uncloneableRow: function* (): Generator {
    try {
      yield 1;
      yield [() => 2];
    } finally {
      log.push('closed');
    }
  },
  uncloneableError: (): never => {
    throw Object.assign(new Error('with a function'), { handlers: [() => 1], code: 7 });
  },
  throwsFunction: (): never => {
    throw () => 1;
  },

  // Transfer.
  bytes: (length: number): Uint8Array => {
    const bytes = new Uint8Array(length).fill(7);
    return transfer(bytes, [bytes.buffer]);
  },
  sizeOf: (buffer: ArrayBuffer): number => buffer.byteLength,
  chunks: (n: number): Observable<Uint8Array> =>
    new Observable((subscriber) => {
      for (let i = 0; i < n; i++) {
        const chunk = new Uint8Array(8).fill(i);
        subscriber.next(transfer(chunk, [chunk.buffer]));
        log.push(`left ${chunk.byteLength}`);
      }
      subscriber.complete();
    }),
};

export type Served = typeof served;
