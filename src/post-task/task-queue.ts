import type { PostedTask } from '../kernel/posted-task.js';
import type { Sequence } from '../kernel/sequence.js';
import { QUEUED } from '../kernel/place.js';
import type { Task } from '../kernel/task.js';
import { toLane, toTraits } from '../kernel/traits.js';
import { ThreadPool } from '../runners/thread-pool.js';
import type { WebTaskPriority } from './priority.js';

/**
 * The tasks of a scheduler, or its continuations. A pool of its own, with any number of workers, since the web knows no limit;
 * its tasks stand in the same lanes as those of all other runners.
 */
export class TaskQueue extends ThreadPool {
  private posted = 0;
  private readonly order = new WeakMap<Task, number>();

  /** @param goesFirst whether its tasks go before others of their priority, those of other runners too */
  constructor(
    name: string,
    private readonly goesFirst: boolean,
  ) {
    super({ name, workers: Infinity });
  }

  enqueue(run: () => void, priority: WebTaskPriority): PostedTask<void> {
    const task = this.admit(this.make(run, toLane(priority), toTraits({ priority }, this.traits)), 0);
    this.order.set(task, this.posted++);
    return task;
  }

  /**
   * Gives tasks another priority. Among those that have it they stand where they would if they had had it from the start.
   * O(n + m) for n tasks and the m that were posted after the first of them.
   *
   * @param tasks oldest first
   */
  move(tasks: readonly PostedTask<void>[], priority: WebTaskPriority): void {
    let next: Task | null = null;
    for (const task of [...tasks].reverse()) {
      task.setPriority(priority);
      if (task.place !== QUEUED) continue;
      if (next?.sequence !== task.sequence) next = null;
      // It has joined the end. The younger ones that stood there before it come after it.
      let before: Task | null = (next ?? task).prev;
      for (; before !== null && this.orderOf(before) > this.orderOf(task); before = before.prev) next = before;
      if (next !== null) task.sequence.moveBefore(task, next);
      next = task;
    }
  }

  /** @internal */
  protected override makeSequence(...args: Parameters<ThreadPool['makeSequence']>): Sequence {
    const sequence = super.makeSequence(...args);
    sequence.goesFirst = this.goesFirst;
    return sequence;
  }

  private orderOf(task: Task): number {
    return this.order.get(task)!;
  }
}
