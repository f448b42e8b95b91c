import { asyncScheduler, isObservable, lastValueFrom, type SchedulerAction, type Subscription } from 'rxjs';
import {
  DeferredHandle,
  type PostOptions,
  type RunnerView,
  type TaskContext,
  type TaskFunction,
  type TaskHandle,
  type TaskPriority,
  type TaskResult,
  type TaskRunner,
  type TaskTraits,
} from '../../src/index.js';

/** A runner that somebody else has written: each task is a time-out of the host, and may overlap others. */
export class HandmadeRunner implements TaskRunner {
  readonly name = 'handmade';
  readonly priority: TaskPriority = 'user-visible';
  readonly traits: TaskTraits = {
    priority: 'user-visible',
    name: 'handmade',
    shutdownBehavior: 'skip-on-shutdown',
    keepAlive: true,
    backToBack: false,
  };
  private isRunning = false;

  now(): number {
    return Date.now();
  }

  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay?: number, state?: T): Subscription {
    return asyncScheduler.schedule(work, delay, state);
  }

  postTask<T>(task: TaskFunction<T>, { delay = 0 }: PostOptions = {}): TaskHandle<T> {
    const handle = new DeferredHandle<T>({ cancelled: () => clearTimeout(timer) });
    const timer = setTimeout(() => {
      this.enter(() => task(this.context())).then(
        (value) => handle.settle('done', value),
        (error: unknown) => handle.settle('failed', error),
      );
    }, delay);
    return handle;
  }

  withPriority(): RunnerView {
    return { runner: this, now: () => this.now(), schedule: this.schedule.bind(this) };
  }

  isCurrent(): boolean {
    return this.isRunning;
  }

  private async enter<T>(run: () => TaskResult<T>): Promise<T> {
    this.isRunning = true;
    try {
      const result = run();
      return isObservable(result) ? await lastValueFrom(result) : await result;
    } finally {
      this.isRunning = false;
    }
  }

  /** Only what the specs use. */
  private context(): TaskContext {
    const { signal } = new AbortController();
    const sleepThen = (ms: number, next: () => void): void => void setTimeout(next, ms);
    return {
      runner: this,
      name: this.name,
      signal,
      shouldYield: () => false,
      sleepThen,
    } as Partial<TaskContext> as TaskContext;
  }
}
