import { isObservable, tap } from 'rxjs';
import type { Linked } from '../base/intrusive-list.js';
import type { PostedTask } from '../engine/posted-task.js';
import type { TaskContext, TaskResult } from '../engine/task-runner.js';
import type { BaseTaskRunner } from '../runners/base-task-runner.js';
import type { TaskStream } from './task-stream.js';

/** The task of one value. It stands in its stream's list while it waits. */
export class ValueTask<T, R> implements Linked<ValueTask<T, R>> {
  prev: ValueTask<T, R> | null = null;
  next: ValueTask<T, R> | null = null;

  isWaiting = true;
  /** Whether it was dropped for want of room, which is no error. */
  isDropped = false;
  /** Whether its results are emitted as they come. */
  isStream = false;
  readonly posted: PostedTask<R>;
  private readonly runner: BaseTaskRunner;

  constructor(
    private readonly stream: TaskStream<T, R>,
    readonly value: T,
  ) {
    const { runnerFor, options } = stream.plan;
    this.runner = runnerFor(value);
    this.posted = this.runner.make<R>((context) => this.run(context), options);
    this.runner.letGo(this.posted);
    this.posted.whenSettled(() => {
      stream.settled(this);
    });
  }

  start(): void {
    this.runner.take(this.posted, 0, this.stream.plan.options);
  }

  private run(context: TaskContext): TaskResult<R> {
    const { stream, value } = this;
    stream.begun(this);
    const result = stream.plan.project(value, context);
    if (!isObservable(result)) return result;
    this.isStream = true;
    return result.pipe(tap((part) => stream.out.next(part)));
  }
}
