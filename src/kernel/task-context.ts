import type { Subscription } from 'rxjs';
import { Deferred } from '../base/deferred.js';
import { demand, toDuration } from '../base/demand.js';
import { onSettling } from '../base/thenable.js';
import type { TaskContext, TaskRunner } from '../types.js';
import { bindWhenRead } from './context-methods.js';
import { assertNoGenerator, assertNotBehind } from './outcome.js';
import type { PostedTask } from './posted-task.js';
import type { Continuation, Until } from './rest.js';
import { Task } from './task.js';

/** The task's view of itself. It has no handle, so that a task cannot await itself. */
export class PostedTaskContext implements TaskContext {
  constructor(private readonly task: PostedTask<unknown>) {}

  get runner(): TaskRunner {
    return this.task.sequence.owner;
  }

  get name(): string {
    return this.task.displayName;
  }

  get signal(): AbortSignal {
    return this.task.stopping.signal;
  }

  shouldYield(): boolean {
    return this.isOver || this.task.shouldYield();
  }

  yield(): Promise<void> {
    return this.promise((continuation) => this.task.rests.giveWay(continuation));
  }

  sleep(ms: number): Promise<void> {
    toDuration('The time to sleep', ms);
    return this.promise((continuation) => this.sleepBy(ms, continuation));
  }

  waitFor<T>(promise: PromiseLike<T>): Promise<T> {
    const { task } = this;
    assertNotBehind(promise, task, 'waits for');
    const awaited = promise instanceof Task ? promise : undefined;
    let finish = (deferred: Deferred<T>): void => deferred.reject(new Error('The task has ended.'));
    return this.promise<T>(
      (continuation) => {
        task.sleep({ ...continuation, awaited }, (wake) => {
          const settled = (settle: typeof finish): void => {
            finish = settle;
            wake();
          };
          onSettling(
            promise,
            (value) => settled((deferred) => deferred.resolve(value)),
            (error) => settled((deferred) => deferred.reject(error)),
          );
        });
      },
      (deferred) => finish(deferred),
    );
  }

  abort(error: unknown): void {
    this.task.abort(error);
  }

  letGoAfter(ms: number): void {
    this.task.stopping.letGoAfter(toDuration('The time after which a task is let go', ms));
  }

  alarm(ms: number, run: () => void): Subscription {
    toDuration('The time of an alarm', ms);
    demand(typeof run === 'function', 'What an alarm calls must be a function', run);
    return this.task.ties.alarm(ms, run);
  }

  yieldThen(next: () => void): void {
    demand(typeof next === 'function', 'What continues a task must be a function', next);
    if (!this.isOver) this.task.rests.giveWay({ next, stop: null });
  }

  sleepThen(ms: number, next: () => void): void {
    toDuration('The time to sleep', ms);
    demand(typeof next === 'function', 'What continues a task must be a function', next);
    const { task } = this;
    const wake = (): void => {
      if (!task.closed) next();
    };
    if (!this.isOver && !task.closed) this.sleepBy(ms, { next: wake, stop: () => undefined });
  }

  /**
   * @internal For a verb that awaits the return value of the task.
   * @throws TaskDeadlockError when that is the handle of a task which cannot end before this one
   * @throws TypeError when it is a generator, which would never run
   */
  assertMayReturn(value: unknown): void {
    assertNotBehind(value, this.task, 'returned');
    assertNoGenerator(this.task, value);
  }

  /** @internal For a verb whose code goes on after it is unsubscribed: the task ends after that code. */
  endAfter(until: Until): void {
    if (!this.isOver) this.task.sleep({ next: () => undefined, stop: null }, until, true);
  }

  private sleepBy(ms: number, continuation: Continuation): void {
    const { task } = this;
    task.sleep(continuation, (wake) => task.ties.alarm(ms, wake));
  }

  /** A promise that `begin` settles, unless the task has settled. */
  private promise<T = void>(
    begin: (continuation: Continuation) => void,
    finish: (deferred: Deferred<T>) => void = (deferred) => deferred.resolve(undefined as T),
  ): Promise<T> {
    const { task } = this;
    const deferred = new Deferred<T>();
    // If nobody awaits it, a rejection by cancelling must not be reported.
    deferred.promise.catch(() => undefined);
    if (task.closed && task.state !== 'done') deferred.reject(task.result);
    else if (this.isOver || task.closed) deferred.reject(new Error('The task has ended.'));
    else begin({ next: () => finish(deferred), stop: deferred.reject });
    return deferred.promise;
  }

  /** Whether all of the task's code has ended, as far as the loop knows. */
  private get isOver(): boolean {
    return this.task.isOver;
  }
}

bindWhenRead(PostedTaskContext.prototype);
