import type { PostedTask } from './posted-task.js';
import type { TaskContext, TaskRunner } from './task-runner.js';

/** What the task's function sees of it: no handle, lest it should wait for itself. */
export class PostedTaskContext implements TaskContext {
  private readonly run: number;

  constructor(private readonly task: PostedTask<unknown>) {
    this.run = task.runs;
  }

  get runner(): TaskRunner {
    return this.task.sequence.owner as unknown as TaskRunner;
  }

  get signal(): AbortSignal {
    return this.task.signal;
  }

  shouldYield(): boolean {
    return this.isOver || this.task.shouldYield;
  }

  yield(): Promise<void> {
    return this.task.yield(this.isOver) as Promise<void>;
  }

  /** Whether it was of a run that has ended, of a task that repeats. */
  private get isOver(): boolean {
    return !this.task.hasBegun || this.task.runs !== this.run;
  }
}
