import { Deferred } from '../base/deferred.js';
import { demand } from '../base/demand.js';
import type { OuterContext } from '../kernel/attempt.js';
import { schedulerInForce } from '../virtual/in-force.js';
import type { Channel } from './channel.js';
import { CrashLimit } from './crash-limit.js';
import { ThreadCrashedError, ThreadsEndedError } from './errors.js';
import type { RemoteCall } from './remote-call.js';
import { Thread, type ThreadOwner } from './thread.js';
import type { ThreadsPlan } from './threads-options.js';
import { WorkerChannel, type WorkerLike } from './worker-channel.js';

/** The argument of the function that creates a worker. */
export interface ThreadInfo {
  /** A name for DevTools and for threads in Node, unique within its `Threads`. */
  readonly name: string;
}

export type MakeWorker = (info: ThreadInfo) => WorkerLike | Channel;

/** The threads of one `Threads`, and the calls that wait for one of them. */
export class ThreadSet implements ThreadOwner {
  /** The error of calls that come too late; null while calls are accepted. */
  refusal: Error | null = null;
  private readonly threads = new Set<Thread>();
  /** The calls that wait for a thread, oldest first. */
  private readonly waiting = new Set<RemoteCall>();
  private readonly limit: CrashLimit;
  /** Resolves when no call runs or waits: for a shutdown. */
  private quiet: Deferred<void> | null = null;
  private isAssigning = false;
  private assignsAgain = false;
  private made = 0;

  constructor(
    private readonly make: MakeWorker,
    private readonly plan: ThreadsPlan,
  ) {
    this.limit = new CrashLimit(plan);
    if (plan.eager) this.assign();
  }

  take(call: RemoteCall): void {
    if (this.refusal !== null) {
      call.fail(this.refusal);
      return;
    }
    this.waiting.add(call);
    this.assign();
  }

  /** Its subscriber has left. Its running code is told to stop, and the task of `context` ends after that code. */
  cancel(call: RemoteCall, context: OuterContext): void {
    if (call.hasEnded) return;
    if (this.waiting.delete(call)) {
      call.end();
      this.assign();
      return;
    }
    const thread = [...this.threads].find((one) => one.has(call));
    // It has just given its last value.
    if (thread === undefined) return;
    thread.cancel(call);
    context.endAfter?.((wake) => call.whenEnded(wake));
    if (call.options.terminate) this.endInTime(call, thread);
  }

  /** Resolves when no call runs or waits. */
  whenQuiet(): Promise<void> {
    this.quiet ??= new Deferred<void>();
    this.tellIfQuiet();
    return this.quiet.promise;
  }

  /** Accepts no more calls: they fail with the returned error, which is that of the first call of `close`. */
  close(error: Error): Error {
    return (this.refusal ??= error);
  }

  /** Ends the threads at once. Calls that run on them, or wait for one, fail with `error`. */
  async endAll(error: Error): Promise<void> {
    this.close(error);
    const calls = [...this.waiting];
    const threads = [...this.threads];
    this.waiting.clear();
    this.threads.clear();
    for (const call of calls) call.fail(error);
    await Promise.all(threads.map((thread) => thread.end(error)));
    this.tellIfQuiet();
  }

  // What its threads tell.

  get credit(): number {
    return this.plan.credit;
  }

  ready(): void {
    this.limit.started();
    this.assign();
  }

  hasRoom(): void {
    this.assign();
  }

  crashed(thread: Thread, error: ThreadCrashedError, hadServed: boolean): void {
    this.threads.delete(thread);
    const tooMany = this.limit.crashed(hadServed);
    if (tooMany === null) this.assign();
    else this.giveUp(tooMany, error);
  }

  /** Starts waiting calls where there is room, oldest first. Creates threads for calls without room. */
  private assign(): void {
    this.assignsAgain = this.isAssigning;
    // A thread on this loop may become ready, or have room again, while it gets a call.
    if (this.isAssigning) return;
    this.isAssigning = true;
    try {
      do this.assignAll();
      while (this.assignsAgain);
    } finally {
      this.isAssigning = false;
    }
    this.tellIfQuiet();
  }

  private assignAll(): void {
    const { waiting, plan } = this;
    this.assignsAgain = false;
    while (plan.eager && this.refusal === null && this.threads.size < plan.size) this.begin();
    if (waiting.size > 0) this.assignWaiting();
    // No call waits for threads that start, so they do not keep a process alive.
    for (const thread of this.threads) if (!thread.isReady) thread.keepAlive(waiting.size > 0);
  }

  private assignWaiting(): void {
    const { waiting } = this;
    /**
     * Nothing more starts on these threads, so that a call that needs a thread for itself eventually finds an empty one.
     */
    let kept: Set<Thread> | null = null;
    for (const call of waiting) {
      let thread = this.threadFor(call, kept);
      if (thread?.size !== 0 && this.mayBegin) {
        this.begin();
        thread ??= this.threadFor(call, kept);
      }
      if (thread !== null) {
        waiting.delete(call);
        thread.start(call);
        continue;
      }
      const next = call.options.terminate ? leastBusy(this.threads, ({ isReady }) => isReady) : null;
      if (next === null || kept?.has(next) === true) break;
      (kept ??= new Set()).add(next);
    }
  }

  private threadFor(call: RemoteCall, kept: ReadonlySet<Thread> | null): Thread | null {
    return leastBusy(this.threads, (thread) => thread.takes(call, this.plan.perThread) && kept?.has(thread) !== true);
  }

  /** Whether another thread may start, and a call will be left for it. */
  private get mayBegin(): boolean {
    const { threads, waiting } = this;
    if (threads.size >= this.plan.size) return false;
    const starting = [...threads].filter(({ isReady }) => !isReady).length;
    return starting < waiting.size;
  }

  private begin(): void {
    const name = `${this.plan.name}-${++this.made}`;
    try {
      const thread = new Thread(name, channelTo(this.make({ name })), this);
      this.threads.add(thread);
      thread.open(this.plan.startTimeout);
    } catch (error) {
      this.giveUp('one could not be made', error);
    }
  }

  private endInTime(call: RemoteCall, thread: Thread): void {
    const { task, options } = call;
    const alarm = schedulerInForce().alarm(
      options.grace,
      () => {
        this.threads.delete(thread);
        const late = `Task '${task}' has gone on for ${options.grace} ms after it was told to stop`;
        void thread.end(new ThreadCrashedError(`${late}: its thread was ended.`));
        this.assign();
      },
      true,
    );
    call.whenEnded(() => alarm.unsubscribe());
  }

  private giveUp(why: string, cause: unknown): void {
    const { name } = this.plan;
    const what = `The threads '${name}' are given up, since ${why}`;
    void this.endAll(
      new ThreadsEndedError(`${what}. The last error: ${cause instanceof Error ? cause.message : String(cause)}`, {
        cause,
      }),
    );
  }

  private tellIfQuiet(): void {
    if (this.quiet === null || this.waiting.size > 0) return;
    if ([...this.threads].every(({ size }) => size === 0)) this.quiet.resolve();
  }
}

/** The thread on which the fewest calls run, of those that are `fit`. */
function leastBusy(threads: Iterable<Thread>, isFit: (thread: Thread) => boolean): Thread | null {
  let best: Thread | null = null;
  for (const thread of threads) if (isFit(thread) && (best === null || thread.size < best.size)) best = thread;
  return best;
}

/** @throws TypeError when it is not a worker */
function channelTo(worker: WorkerLike | Channel | undefined): Channel {
  const { open, postMessage } = (worker ?? {}) as Partial<Channel & WorkerLike>;
  if (typeof open === 'function') return worker as Channel;
  demand(typeof postMessage === 'function', 'The function that makes a thread must return a worker', worker);
  return new WorkerChannel(worker as WorkerLike);
}
