import { isObservable, type Observable, Subscription } from 'rxjs';
import { demand } from '../base/demand.js';
import { innerSubscriber, subscribeTo } from '../base/inner-subscriber.js';
import { followSignal } from '../base/signal-followers.js';
import { isThenable, onSettling } from '../base/thenable.js';
import type { TaskContext, TaskFunction, TaskResult, TaskRunner } from '../types.js';
import { bindWhenRead } from './context-methods.js';
import { settlingOf, type Until } from './rest.js';

/** The context of a task, of which a runner of another make has the public part only. */
export interface OuterContext extends TaskContext {
  assertMayReturn?(value: unknown): void;
  endAfter?(until: Until): void;
}

/** Whoever makes an attempt. */
export interface AttemptOwner<T> {
  next(value: T): void;
  /** The attempt has failed. Its code may go on. */
  failed(error: unknown): void;
  /** None of its code is left to run. */
  ended(): void;
  /** There is an error that no other attempt could mend: a misuse, or a clean-up that has thrown. */
  crashed(error: unknown): void;
}

/**
 * One attempt at a task: runs its function once, in a context of its own inside of the task's. It fails, is aborted and
 * ends as a task does, while the task goes on.
 *
 * What it waits for is the task's own sleep. So when it is aborted, the promise of that sleep rejects, but the task has no
 * worker until it sleeps again or ends.
 */
export class Attempt<T> implements TaskContext {
  hasFailed = false;
  /** With what its signal aborts, and what it waits for rejects. */
  private reason: unknown = undefined;
  private controller: AbortController | null = null;
  /** What ends with it: alarms, waits, and what follows the task's signal. Closed once it has failed or ended. */
  private readonly life = new Subscription();
  /** How much of its code is left to run: what is on the stack, what its function has returned, and clean-ups. */
  private open = 0;
  /** How often its code is on the stack. */
  private depth = 0;
  /** Whether its owner was told of its failure. */
  private isTold = false;
  private hasEnded = false;
  /** How long its code may go on once it has failed, in milliseconds. */
  private grace = Infinity;
  /** Lets go of its code then. */
  private lettingGo: Subscription | null = null;
  private inner: Subscription | null = null;
  /** What is to be over before it has ended, other than `inner`. */
  private readonly awaited = new Set<Until>();

  constructor(
    private readonly outer: OuterContext,
    private readonly owner: AttemptOwner<T>,
  ) {}

  run(task: TaskFunction<T>): void {
    this.enter(() => {
      try {
        this.follow(task(this));
      } catch (error) {
        this.fail(error);
      }
    });
  }

  /** The task has settled. What is awaited holds it. */
  cancel(): void {
    if (this.open === 0) return;
    if (!this.life.closed) {
      this.close(this.outer.signal.reason);
      this.halt();
    }
    for (const until of this.awaited) this.outer.endAfter?.(until);
  }

  // What it has of the task: a new member of `TaskContext` is handed on here.

  get runner(): TaskRunner {
    return this.outer.runner;
  }

  get name(): string {
    return this.outer.name;
  }

  shouldYield(): boolean {
    return this.life.closed || this.outer.shouldYield();
  }

  yield(): Promise<void> {
    return this.wait(() => this.outer.yield());
  }

  sleep(ms: number): Promise<void> {
    return this.wait(() => this.outer.sleep(ms));
  }

  waitFor<R>(promise: PromiseLike<R>): Promise<R> {
    return this.wait(() => this.outer.waitFor(promise));
  }

  /** Not called once the attempt is over. */
  sleepThen(ms: number, next: () => void): void {
    demandNext(next);
    this.outer.sleepThen(ms, () => {
      if (!this.life.closed) this.goOn(next);
    });
  }

  /** Called even so, since it may be a clean-up; the attempt has not ended before. */
  yieldThen(next: () => void): void {
    demandNext(next);
    this.open++;
    try {
      this.outer.yieldThen(() => {
        this.open--;
        this.goOn(next);
      });
    } catch (error) {
      this.open--;
      throw error;
    }
  }

  /** @internal */
  assertMayReturn(value: unknown): void {
    this.outer.assertMayReturn?.(value);
  }

  /** @internal The task hears of it when it is cancelled itself. */
  endAfter(until: Until): void {
    this.open++;
    this.awaited.add(until);
    until(() => {
      this.awaited.delete(until);
      this.leave();
    });
  }

  // What is its own.

  get signal(): AbortSignal {
    if (this.controller === null) {
      const controller = (this.controller = new AbortController());
      const { life, hasFailed, outer } = this;
      if (hasFailed) controller.abort(this.reason);
      else if (outer.signal.aborted) controller.abort(outer.signal.reason);
      else if (!life.closed) life.add(followSignal(outer.signal, () => controller.abort(outer.signal.reason)));
    }
    return this.controller.signal;
  }

  abort(error: unknown): void {
    if (this.life.closed) return;
    this.enter(() => {
      this.fail(error);
      this.halt();
    });
  }

  /** The next attempt may begin then; of a task that is told to stop, its sequence and its worker are free. */
  letGoAfter(ms: number): void {
    this.outer.letGoAfter(ms);
    this.grace = ms;
    // It may have failed before it says so.
    if (this.hasFailed) this.letGoLater();
  }

  alarm(ms: number, run: () => void): Subscription {
    const alarm = this.outer.alarm(ms, run);
    this.life.add(alarm);
    return alarm;
  }

  // What its function has returned.

  private follow(result: TaskResult<T>): void {
    if (isObservable(result)) {
      if (!this.life.closed) this.followValues(result);
      return;
    }
    try {
      this.assertMayReturn(result);
    } catch (error) {
      this.owner.crashed(error);
      return;
    }
    if (isThenable<T>(result)) this.await(result, this.next, this.fail);
    else this.next(result);
  }

  private followValues(observable: Observable<T>): void {
    this.open++;
    const inner = innerSubscriber<T>({ next: this.next, error: this.fail, complete: () => undefined });
    // Known before it subscribes: its own observable may abort the attempt.
    this.inner = inner;
    subscribeTo(observable, inner);
    inner.add(() => this.leave());
  }

  private await<R>(promise: PromiseLike<R>, next: (value: R) => void, fail: (error: unknown) => void): void {
    const until = settlingOf(promise);
    this.open++;
    this.awaited.add(until);
    const settle =
      <A>(tell: (outcome: A) => void) =>
      (outcome: A): void => {
        this.awaited.delete(until);
        tell(outcome);
        this.leave();
      };
    onSettling(promise, settle(next), settle(fail));
  }

  // How it goes on, and ends.

  private readonly next = (value: T): void => {
    if (!this.life.closed) this.owner.next(value);
  };

  private readonly fail = (error: unknown): void => {
    // What was aborted may fail as it likes.
    if (this.life.closed) return;
    this.hasFailed = true;
    this.close(error);
    this.letGoLater();
    if (this.depth === 0) this.tell();
  };

  /** Not before what is on the stack has returned: the task may end with it, and its clean-ups must have begun. */
  private tell(): void {
    if (!this.hasFailed || this.isTold) return;
    this.isTold = true;
    this.owner.failed(this.reason);
  }

  private close(reason: unknown): void {
    this.reason = reason;
    this.life.unsubscribe();
  }

  /** What still runs of it is told to stop. */
  private halt(): void {
    this.controller?.abort(this.reason);
    this.inner?.unsubscribe();
  }

  /** What is left of its code goes on for so long, and no longer; of one that has failed by itself, its clean-up does. */
  private letGoLater(): void {
    this.lettingGo?.unsubscribe();
    if (!this.hasEnded && this.grace < Infinity) this.lettingGo = this.outer.alarm(this.grace, () => this.end());
  }

  private goOn(next: () => void): void {
    this.enter(() => {
      try {
        next();
      } catch (error) {
        if (this.life.closed) this.owner.crashed(error);
        else this.abort(error);
      }
    });
  }

  private enter(call: () => void): void {
    this.open++;
    this.depth++;
    try {
      call();
    } finally {
      if (--this.depth === 0) this.tell();
      this.leave();
    }
  }

  private leave(): void {
    // A stale context may bring it to 0 again.
    if (--this.open === 0) this.end();
  }

  /** None of its code is left to run, or it is let go. */
  private end(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.lettingGo?.unsubscribe();
    if (!this.life.closed) this.close(new Error('The attempt has ended.'));
    this.owner.ended();
  }

  /** What `begin` gives, unless the attempt is over first. */
  private wait<R>(begin: () => Promise<R>): Promise<R> {
    const { life } = this;
    const waited = life.closed ? null : begin();
    const promise = new Promise<R>((resolve, reject) => {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the reason that was given
      const stop = new Subscription(() => reject(this.reason));
      life.add(stop);
      void waited?.then(resolve, reject).then(() => life.remove(stop));
    });
    // Whoever does not await it need not hear that the attempt is over.
    promise.catch(() => undefined);
    return promise;
  }
}

bindWhenRead(Attempt.prototype);

function demandNext(next: unknown): void {
  demand(typeof next === 'function', 'What continues a task must be a function', next);
}
