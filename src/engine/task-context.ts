import type { PostedTask } from './posted-task.js';
import type { TaskContext, TaskRunner } from './task-runner.js';

/** What the task's function sees of it: no handle, lest it should wait for itself. */
export class PostedTaskContext implements TaskContext {
  constructor(private readonly task: PostedTask<unknown>) {}

  get runner(): TaskRunner {
    return this.task.sequence.owner as unknown as TaskRunner;
  }

  get signal(): AbortSignal {
    return this.task.signal;
  }

  shouldYield(): boolean {
    return this.task.shouldYield;
  }

  yield(): Promise<void> {
    return this.task.yield() as Promise<void>;
  }
}
