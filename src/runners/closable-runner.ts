import { disposeBy } from '../base/dispose.js';
import type { Task } from '../engine/task.js';
import type { WaitOptions } from '../engine/task-options.js';
import { BaseTaskRunner } from './base-task-runner.js';
import { Shutdown, type ShutdownOptions, type ShutdownPart, type ShutdownReport } from './shutdown.js';

/** A runner that can be shut down: all but those of keys, which come and go. */
export abstract class ClosableRunner extends BaseTaskRunner {
  /** `await using` it shuts it down at the end of the block, where the runtime knows `Symbol.asyncDispose`. */
  declare [Symbol.asyncDispose]: () => Promise<void>;

  private readonly shutdownOnce = new Shutdown(this);

  /**
   * Stops admission at once, drops what may be dropped, and waits for the rest: of a runner what was posted to it, of a
   * pool what was posted to it and to all its runners.
   *
   * What has not begun is rejected, unless its `shutdownBehavior` is `'block-shutdown'`; delayed tasks are always
   * rejected. What has begun is waited for, unless it is `'continue-on-shutdown'`. After `timeout` milliseconds what is
   * left is cancelled, its signals abort, and it is reported as abandoned. Idempotent, and callable from a task, which
   * must not await it, since it waits for that task.
   *
   * @throws RangeError or TypeError when the time-out is not a number of milliseconds, 0 or more
   */
  shutdown(options?: ShutdownOptions): Promise<ShutdownReport> {
    return this.shutdownOnce.begin(options);
  }

  /**
   * Waits for nothing: what runs, and what is queued with `'block-shutdown'`, is cancelled and reported as abandoned; all
   * else is rejected and reported as skipped. What runs with `'continue-on-shutdown'` is reported as abandoned, and left
   * alone. A shutdown that has begun is cut short.
   */
  stop(): Promise<ShutdownReport> {
    return this.shutdownOnce.stop();
  }

  /** Resolves with the report when it has been shut down, by somebody: asks for no shutdown. */
  whenShutdown(options?: WaitOptions): Promise<ShutdownReport> {
    return this.shutdownOnce.whenDone(options);
  }

  /** @internal What it is called in errors. */
  abstract readonly description: string;

  /** @internal Stops admission. */
  abstract close(): void;

  /** @internal */
  abstract parts(): ShutdownPart[];

  /** @internal Whether the task, which runs now, is part of it. */
  abstract owns(task: Task): boolean;
}

disposeBy(ClosableRunner.prototype, 'asyncDispose', 'shutdown');
