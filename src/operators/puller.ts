import type { Subscriber } from 'rxjs';
import { demand } from '../base/demand.js';
import { isThenable } from '../base/thenable.js';
import type { TaskPlan } from './task-plan.js';
import { TaskStream } from './task-stream.js';

/** One subscription of `fromIterable`: asks the iterator for a value whenever there is room for its task. */
export class Puller<T, R> {
  private readonly tasks: TaskStream<T, R>;
  /** Whether a value was asked for and has not come. */
  private isPulling = false;
  /** Whether the iterator is running now, and so cannot be told to return. */
  private isInside = false;
  /** Whether the iterator has ended, by itself or because it was told to. */
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

  /** Lets go of an iterator that has not ended. What its `return()` throws is an error that the stream cannot tell. */
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

  /** An iterator that throws, or gives what it must not, has ended. */
  private readonly fail = (error: unknown): void => {
    this.isInside = false;
    this.isOver = true;
    this.out.error(error);
  };
}
