/**
 * The contenders that come from npm, each by the part of it that is used here. They are no dependencies of the library:
 * where they are not installed they are null, and the rows do without them.
 */

export interface ReactScheduler {
  readonly unstable_ImmediatePriority: number;
  readonly unstable_NormalPriority: number;
  readonly unstable_IdlePriority: number;
  unstable_scheduleCallback(priority: number, callback: ReactCallback, options?: { delay: number }): object;
  unstable_cancelCallback(task: object): void;
}
/** What a callback returns is called again later. */
export type ReactCallback = () => ReactCallback | null;

export interface MostTask {
  run(): void;
  error(time: number, error: Error): void;
  dispose(): void;
}
export interface Most {
  newDefaultScheduler(): object;
  asap(task: MostTask, scheduler: object): object;
  delay(delay: number, task: MostTask, scheduler: object): object;
  cancelTask(task: object): void;
}

export type FastqWorker = (task: () => void, done: () => void) => void;
export interface Fastq {
  push(task: () => void, done: () => void): void;
  unshift(task: () => void, done: () => void): void;
  pause(): void;
  resume(): void;
}
type NewFastq = (worker: FastqWorker, concurrency: number) => Fastq;

type PQueueClass = new (options: { concurrency: number }) => {
  add(task: () => void, options?: { priority: number }): Promise<void>;
};

export interface Effect {
  readonly MixedScheduler: new () => {
    makeDispatcher(): { scheduleTask(task: () => void, priority: number): void };
  };
}

export interface WebScheduler {
  postTask(task: () => void, options?: { priority: string }): Promise<void>;
}

type PiscinaClass = new (options: {
  filename: string;
  minThreads: number;
  maxThreads: number;
  concurrentTasksPerWorker: number;
  execArgv: string[];
}) => {
  run(task: unknown, options: { name: string; transferList?: object[] }): Promise<unknown>;
  destroy(): Promise<void>;
};

interface Poolifier {
  readonly FixedThreadPool: new (
    size: number,
    file: string,
    options: { workerOptions: { execArgv: string[] } },
  ) => {
    execute(data: unknown, name: string, signal?: AbortSignal, transferList?: object[]): Promise<unknown>;
    destroy(): Promise<void>;
  };
}

interface Workerpool {
  pool(
    file: string,
    options: {
      minWorkers: number;
      maxWorkers: number;
      workerType: 'thread';
      workerThreadOpts: { execArgv: string[] };
    },
  ): {
    exec(
      name: string,
      args: unknown[],
      options?: { transfer?: object[]; on?: (value: number) => void },
    ): PromiseLike<unknown>;
    terminate(force: boolean): PromiseLike<unknown>;
  };
}

/** The packages that are not installed. */
export const missing: string[] = [];

// React's development build measures itself, and effect's and fastq's are one for both.
process.env['NODE_ENV'] ??= 'production';

export const reactScheduler = await installed<ReactScheduler>('scheduler');
export const most = await installed<Most>('@most/scheduler');
export const newFastq = await installed<NewFastq>('fastq');
export const PQueue = await installed<PQueueClass>('p-queue');
export const effect = await installed<Effect>('effect', 'effect/Scheduler');
export const piscina = await installed<PiscinaClass>('piscina');
export const tinypool = await installed<PiscinaClass>('tinypool');
export const poolifier = await installed<Poolifier>('poolifier');
export const workerpool = await installed<Workerpool>('workerpool');
export const webScheduler = await polyfilled();

async function polyfilled(): Promise<WebScheduler | null> {
  const scope = globalThis as { self?: object; scheduler?: WebScheduler };
  // It is written for browsers, where the global object is called that.
  scope.self ??= globalThis;
  const polyfill = await installed<object>('scheduler-polyfill');
  return polyfill === null ? null : (scope.scheduler ?? null);
}

async function installed<T>(name: string, specifier = name): Promise<T | null> {
  try {
    // A specifier in a variable is not looked up by the compiler, to which the package need not be known.
    const module = (await import(specifier)) as { default?: T };
    return module.default ?? (module as T);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const isMissing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
    if (!isMissing || !message.includes(name)) throw error;
    missing.push(name);
    return null;
  }
}
