import { Worker } from 'node:worker_threads';
import { type Observable, lastValueFrom } from 'rxjs';
import { type TaskContext, ThreadPool } from 'rxjs-task-runner';
import { type RemoteTask, Threads, transfer } from 'rxjs-task-runner/threads';
import { piscina, poolifier, tinypool, workerpool } from './installed.js';

/** The tasks that all threads have: see bench/threads/. */
export interface ThreadTasks {
  echo(value: number): number;
  spin(steps: number): number;
  giveBack(buffer: ArrayBuffer): ArrayBuffer;
}
type TaskName = keyof ThreadTasks;
type Argument<K extends TaskName> = Parameters<ThreadTasks[K]>[0];

/** Threads that are open, as one contender has them. */
export interface OpenThreads {
  run<K extends TaskName>(name: K, argument: Argument<K>): Promise<unknown>;
  /** Sends a buffer by moving it; resolves to the one that comes back. */
  move(buffer: ArrayBuffer): Promise<unknown>;
  /** Has a thread send so many numbers; resolves when `take` has been called with each. Where there is a way to. */
  stream?(count: number, take: (value: number) => void): Promise<unknown>;
  close(): Promise<unknown>;
}

/** A way to have work done by threads. */
export interface ThreadPeer {
  readonly name: string;
  /** Whether `stream` is there. */
  readonly hasStreams?: boolean;
  /** @param perThread how many tasks may be on one thread at once, where that can be said */
  readonly open: (size: number, perThread: number) => OpenThreads;
}

/** Tasks that are subscribed to by hand. */
export const DIRECT = 'threads';
export const POOLED = 'threads, by a runner';
export const GENERATED = 'threads, of an async generator';
export const RAW = 'raw postMessage';

interface Served extends Record<string, (argument: never) => unknown>, ThreadTasks {
  emit(count: number): Observable<number>;
  generate(count: number): AsyncGenerator<number>;
}
type Tasks = Threads<Served>['tasks'];

/** Those of the bench run under a loader, which the threads do not need. */
const PLAIN = { execArgv: [] };

const moduleOf = (name: string): URL => new URL(`../threads/${name}.mjs`, import.meta.url);
const pathOf = (name: string): string => moduleOf(name).pathname;

export function newThreads(size: number, perThread: number): Threads<Served> {
  return new Threads<Served>(({ name }) => new Worker(moduleOf('served'), { name, ...PLAIN }), { size, perThread });
}

/** Only what is cancelled needs a context. */
const noContext = {} as TaskContext;

export function direct(source: (context: TaskContext) => Observable<unknown>): Promise<unknown> {
  return lastValueFrom(source(noContext));
}

export const threadsDirect = threadsOf(DIRECT, ({ emit }, count) => emit(count));

/** The same threads, whose stream is of an async generator: it is asked for values as they are taken. */
export const threadsGenerating = threadsOf(GENERATED, ({ generate }, count) => generate(count));

/** The compiler does not see that each task has one argument. */
function call(tasks: Tasks, name: TaskName, argument: unknown): RemoteTask<unknown> {
  return (tasks[name] as (argument: unknown) => RemoteTask<unknown>)(argument);
}

function threadsOf(name: string, stream: (tasks: Tasks, count: number) => RemoteTask<number>): ThreadPeer {
  return {
    name,
    open: (size, perThread) => {
      const threads = newThreads(size, perThread);
      const { tasks } = threads;
      return {
        run: (task, argument) => direct(call(tasks, task, argument)),
        move: (buffer) => direct(tasks.giveBack(transfer(buffer, [buffer]))),
        stream: (count, next) =>
          new Promise<void>((complete, error) => stream(tasks, count)(noContext).subscribe({ next, complete, error })),
        close: () => threads.stop(),
      };
    },
  };
}

export const threadsByRunner: ThreadPeer = {
  name: POOLED,
  open: (size, perThread) => {
    const threads = newThreads(size, perThread);
    const pool = new ThreadPool({ workers: size * perThread });
    return {
      run: (name, argument) => Promise.resolve(pool.postTask(call(threads.tasks, name, argument))),
      move: (buffer) => Promise.resolve(pool.postTask(threads.tasks.giveBack(transfer(buffer, [buffer])))),
      close: () => threads.stop(),
    };
  },
};

/** What one would write by hand: a number for each call, and a map of the promises. */
export const rawMessages: ThreadPeer = { name: RAW, open: (size) => new RawThreads(size) };

interface Answer {
  readonly id: number;
  readonly value: unknown;
  readonly isLast?: boolean;
}

class RawThreads implements OpenThreads {
  private readonly calls = new Map<number, { resolve: (value: unknown) => void; take?: (value: number) => void }>();
  private readonly workers: Worker[];
  private lastId = 0;

  constructor(size: number) {
    this.workers = Array.from({ length: size }, () => new Worker(moduleOf('raw'), PLAIN));
    for (const worker of this.workers) worker.on('message', (answer: Answer) => this.answered(answer));
  }

  run(name: string, argument: unknown): Promise<unknown> {
    return this.send(name, argument, []);
  }

  move(buffer: ArrayBuffer): Promise<unknown> {
    return this.send('giveBack', buffer, [buffer]);
  }

  stream(count: number, take: (value: number) => void): Promise<unknown> {
    return this.send('emit', count, [], take);
  }

  close(): Promise<unknown> {
    return Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  private send(name: string, argument: unknown, list: ArrayBuffer[], take?: (value: number) => void): Promise<unknown> {
    const id = ++this.lastId;
    return new Promise((resolve) => {
      this.calls.set(id, take === undefined ? { resolve } : { resolve, take });
      this.workers[id % this.workers.length]!.postMessage({ id, name, argument }, list);
    });
  }

  private answered({ id, value, isLast }: Answer): void {
    const { resolve, take } = this.calls.get(id)!;
    if (isLast === true) {
      this.calls.delete(id);
      resolve(value);
    } else take?.(value as number);
  }
}

function ofPiscina(): ThreadPeer | null {
  const Pool = piscina;
  return Pool === null ? null : { name: 'piscina', open: (...sizes) => likePiscina(Pool, 'of-piscina', ...sizes) };
}

function ofTinypool(): ThreadPeer | null {
  const Pool = tinypool;
  return Pool === null ? null : { name: 'tinypool', open: (...sizes) => likePiscina(Pool, 'of-tinypool', ...sizes) };
}

/** tinypool is a fork of piscina, of the same use. */
function likePiscina(
  Pool: NonNullable<typeof piscina>,
  module: string,
  size: number,
  concurrentTasksPerWorker: number,
): OpenThreads {
  const filename = moduleOf(module).href;
  const pool = new Pool({ filename, minThreads: size, maxThreads: size, concurrentTasksPerWorker, ...PLAIN });
  return {
    run: (name, argument) => pool.run(argument, { name }),
    move: (buffer) => pool.run(buffer, { name: 'giveBack', transferList: [buffer] }),
    close: () => pool.destroy(),
  };
}

function ofPoolifier(): ThreadPeer | null {
  const library = poolifier;
  if (library === null) return null;
  return {
    name: 'poolifier',
    // Without a queue of its own all tasks go to the thread at once.
    open: (size) => {
      const pool = new library.FixedThreadPool(size, pathOf('of-poolifier'), { workerOptions: PLAIN });
      return {
        run: (name, argument) => pool.execute(argument, name),
        move: (buffer) => pool.execute(buffer, 'giveBack', undefined, [buffer]),
        // Not waited for: in 5.3.2 it does not always settle.
        close: () => Promise.resolve(void pool.destroy()),
      };
    },
  };
}

function ofWorkerpool(): ThreadPeer | null {
  const library = workerpool;
  if (library === null) return null;
  return {
    name: 'workerpool',
    hasStreams: true,
    open: (size) => {
      const options = { minWorkers: size, maxWorkers: size, workerType: 'thread', workerThreadOpts: PLAIN } as const;
      const pool = library.pool(pathOf('of-workerpool'), options);
      return {
        run: (name, argument) => Promise.resolve(pool.exec(name, [argument])),
        move: (buffer) => Promise.resolve(pool.exec('giveBack', [buffer], { transfer: [buffer] })),
        stream: (count, take) => Promise.resolve(pool.exec('emit', [count], { on: take })),
        close: () => Promise.resolve(pool.terminate(true)),
      };
    },
  };
}

/** The libraries that are installed. */
export const threadLibraries: readonly ThreadPeer[] = [ofPiscina(), ofTinypool(), ofPoolifier(), ofWorkerpool()].filter(
  (peer) => peer !== null,
);
