import type { Subscriber } from 'rxjs';
import { demand } from '../base/demand.js';
import { isThenable } from '../base/thenable.js';
import type { TaskPlan } from './task-plan.js';
import { TaskStream } from './task-stream.js';

/** One subscription of `fromIterable`: requests a value from the iterator whenever there is room for its task. */
export class Puller<T, R> {
  private readonly tasks: TaskStream<T, R>;
  /** Whether a value was requested and has not arrived. */
  private isPulling = false;
  /** Whether the iterator is running now, so that `return()` cannot be called. */
  private isInside = false;
  /** Whether the iterator has ended, by itself or by `return()`. */
  private isOver = false;

  constructor(
    private readonly out: Subscriber<R>,
    private readonly iterator: AsyncIterator<T> | Iterator<T>,
    private readonly plan: TaskPlan<T, R>,
    private readonly maxPending: number,
  ) {
    this.tasks = new TaskStream(out, plan, () => {
      this.pull();
    });
    out.add(() => {
      this.stop();
    });
  }

  pull(): void {
    const { tasks, maxPending } = this;
    while (!this.isPulling && !this.isOver && tasks.pendingCount < maxPending) {
      this.isPulling = true;
      this.isInside = true;
      try {
        const result = this.iterator.next();
        this.isInside = false;
        if (isThenable(result)) void Promise.resolve(result).then(this.take, this.fail);
        else this.accept(result);
      } catch (error) {
        this.fail(error);
      }
      if (this.out.closed) this.stop();
    }
  }

  /** Closes an iterator that has not ended. The stream has ended, so it cannot report errors of `return()`. */
  private stop(): void {
    if (this.isInside || this.isOver) return;
    this.isOver = true;
    const { report } = this.plan;
    try {
      void Promise.resolve(this.iterator.return?.()).then(undefined, report);
    } catch (error) {
      report(error);
    }
  }

  private accept(result: IteratorResult<T>): void {
    this.isPulling = false;
    const isObject = Object(result) === result;
    demand(isObject, 'next() of the iterator that fromIterable was given must return an object', result);
    if (result.done === true) {
      this.isOver = true;
      this.tasks.end();
    } else if (!this.out.closed) {
      this.tasks.post(result.value);
    }
  }

  private readonly take = (result: IteratorResult<T>): void => {
    try {
      this.accept(result);
    } catch (error) {
      this.fail(error);
    }
    this.pull();
  };

  /** An iterator that throws, or returns an invalid result, has ended. */
  private readonly fail = (error: unknown): void => {
    this.isInside = false;
    this.isOver = true;
    this.out.error(error);
  };
}
