import { from, isObservable, Observable, type Subscriber } from 'rxjs';
import { demand } from '../base/demand.js';
import { taskCalled } from '../base/names.js';
import { isThenable } from '../base/thenable.js';
import { settlingOf } from '../kernel/rest.js';
import type { PostedTaskContext } from '../kernel/task-context.js';
import type { TaskContext, TaskFunction, TaskResult } from '../types.js';

/** A generator function. The task may yield to other work at each `yield`. */
export type StepFunction<T> = (context: TaskContext) => Generator<void, TaskResult<T>, void>;

/** The property that holds a task's generator. It costs less than a map entry per task. */
const GENERATOR = Symbol('generator');

/**
 * Makes a task that runs in steps: at each `yield` of the generator the loop may run a more urgent task, or let the host
 * run. It uses no promises, so it also works in virtual time.
 *
 * - The return value of the generator is the result, and is awaited like that of any other task. The generator may not
 *   yield promises.
 * - When the task is cancelled or aborted, the generator's `finally` blocks run to their end before the sequence is free.
 *
 * ```ts
 * const total = await runner.postTask(steps(function* () {
 *   let sum = 0;
 *   for (const value of values) {
 *     sum += value;
 *     yield;
 *   }
 *   return sum;
 * }));
 * ```
 *
 * @throws TypeError when `generator` is not a function
 */
export function steps<T>(generator: StepFunction<T>): TaskFunction<T> {
  demand(typeof generator === 'function', 'steps needs a generator function', generator);
  const task: TaskFunction<T> = (context) => {
    const iterator = generator(context);
    const isIterator = typeof (iterator as Partial<Iterator<unknown>> | undefined)?.next === 'function';
    demand(isIterator, 'The function given to steps must be a generator function', iterator);
    // Its steps would be promises, and none of them would be the last.
    const isAsync = Symbol.asyncIterator in iterator;
    demand(!isAsync, 'The function given to steps may not be async; give postTask an async function', iterator);
    return new Observable<T>((subscriber) => new Stepping(iterator, context, subscriber).begin());
  };
  return Object.assign(task, { [GENERATOR]: generator });
}

/** The generator of a task that `steps` has made. */
export function generatorOf(task: object): StepFunction<unknown> | undefined {
  return (task as { readonly [GENERATOR]?: StepFunction<unknown> })[GENERATOR];
}

/** One run of a generator. */
class Stepping<T> {
  private isInside = false;
  private hasEnded = false;

  constructor(
    private readonly iterator: Generator<void, TaskResult<T>, void>,
    private readonly context: TaskContext,
    private readonly subscriber: Subscriber<T>,
  ) {}

  begin(): () => void {
    this.goOn();
    return () => this.cleanUp();
  }

  private readonly goOn = (): void => {
    const { context, subscriber } = this;
    try {
      while (!subscriber.closed) {
        const { done, value } = this.enter(() => this.iterator.next());
        if (done === true) {
          this.returned(value);
          return;
        }
        if (isThenable(value)) {
          const rule = 'A generator task may not yield a promise; return it, or await it in an async function';
          subscriber.error(new TypeError(`${rule}: ${taskCalled(context.name, context.runner.name)}.`));
          // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- an alarm may have ended it meanwhile
        } else if (context.shouldYield() && !subscriber.closed) {
          context.yieldThen(this.goOn);
          return;
        }
      }
    } catch (error) {
      this.hasEnded = true;
      subscriber.error(error);
    }
    // It was cancelled from inside a step, where it could not return.
    this.cleanUp();
  };

  private returned(value: TaskResult<T>): void {
    const { subscriber } = this;
    this.hasEnded = true;
    const context: Partial<PostedTaskContext> = this.context;
    context.assertMayReturn?.(value);
    if (isObservable(value)) value.subscribe(subscriber);
    else if (isThenable(value)) this.awaitPromise(value, context);
    else {
      subscriber.next(value);
      subscriber.complete();
    }
  }

  private awaitPromise(value: PromiseLike<T>, context: Partial<PostedTaskContext>): void {
    const { subscriber } = this;
    const promise = Promise.resolve(value);
    let isPending = true;
    const settled = (): void => void (isPending = false);
    promise.then(settled, settled);
    // Unsubscribing does not end it: the task holds its sequence until it has settled.
    subscriber.add(() => {
      if (isPending) context.endAfter?.(settlingOf(promise));
    });
    from(promise).subscribe(subscriber);
  }

  /** Lets the generator return, and runs its `finally` blocks, which may yield. */
  private cleanUp(): void {
    if (this.isInside || this.hasEnded) return;
    this.hasEnded = true;
    try {
      this.goThrough(() => this.iterator.return(undefined as never));
    } catch (error) {
      // Not thrown to the caller of `cancel`: it is an error of the task, whose handle has settled.
      this.context.yieldThen(() => {
        throw error;
      });
    }
  }

  private goThrough(call: () => IteratorResult<void, TaskResult<T>>): void {
    if (this.enter(call).done === true) return;
    this.context.yieldThen(() => this.goThrough(() => this.iterator.next()));
  }

  private enter<R>(call: () => R): R {
    this.isInside = true;
    try {
      return call();
    } finally {
      this.isInside = false;
    }
  }
}
