import { isObservable, type Subscriber, tap } from 'rxjs';
import { type Settled, whenSettled } from '../base/deferred-handle.js';
import type { Linked } from '../base/intrusive-list.js';
import type { TaskContext, TaskFunction, TaskHandle, TaskResult } from '../types.js';
import type { TaskPlan } from './task-plan.js';

/** The stream of a task, which is notified when the task begins and when it has settled. */
interface TaskOwner<T, R> {
  readonly out: Subscriber<R>;
  readonly plan: TaskPlan<T, R>;
  begun(task: ValueTask<T, R>): void;
  settled(task: ValueTask<T, R>, state: Settled, result: unknown): void;
}

/** The task of one value. It is in its stream's list while it waits. */
export class ValueTask<T, R> implements Linked<ValueTask<T, R>> {
  prev: ValueTask<T, R> | null = null;
  next: ValueTask<T, R> | null = null;

  isWaiting = true;
  /** Whether it was dropped because there was no room, which is not an error. */
  isDropped = false;
  /** Whether its results are emitted as they come. */
  isStream = false;
  private handle: TaskHandle<R> | null = null;

  constructor(
    private readonly stream: TaskOwner<T, R>,
    readonly value: T,
  ) {}

  /** Posts the task. It is in its stream already, because a runner may reject it at once. */
  post(): void {
    const { stream, value } = this;
    const { runnerFor, optionsFor } = stream.plan;
    const handle = runnerFor(value).postTask<R>((context) => this.run(context), optionsFor(value));
    this.handle = handle;
    stream.out.add(handle);
    whenSettled(handle, (state: Settled, result: unknown) => stream.settled(this, state, result));
  }

  cancel(reason: string): void {
    this.handle!.cancel(reason);
  }

  private run(context: TaskContext): TaskResult<R> {
    const { stream, value } = this;
    stream.begun(this);
    const given = stream.plan.project(value, context);
    const result = typeof given === 'function' ? (given as TaskFunction<R>)(context) : given;
    if (!isObservable(result)) return result;
    this.isStream = true;
    return result.pipe(tap((part) => stream.out.next(part)));
  }
}
