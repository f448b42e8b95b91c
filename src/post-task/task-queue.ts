import type { PostedTask } from '../kernel/posted-task.js';
import { Sequence } from '../kernel/sequence.js';
import { QUEUED } from '../kernel/place.js';
import type { TaskScheduler } from '../kernel/scheduler.js';
import type { Task } from '../kernel/task.js';
import { toLane, toTraits } from '../kernel/traits.js';
import { ThreadPool } from '../runners/thread-pool.js';
import type { WebTaskPriority } from './priority.js';

/**
 * The tasks of a scheduler, or its continuations. A pool of its own, with any number of workers, since the web knows no limit;
 * its tasks stand in the same lanes as those of all other runners.
 */
export class TaskQueue extends ThreadPool {
  /** How many tasks have joined it, and which of them each was. */
  private joined = 0;
  private readonly order = new WeakMap<Task, number>();

  /** @param goesFirst whether its tasks go before others of their priority, those of other runners too */
  constructor(
    name: string,
    private readonly goesFirst: boolean,
  ) {
    super({ name, workers: Infinity });
  }

  /** @param delay milliseconds until it joins the queue */
  enqueue(run: () => void, priority: WebTaskPriority, delay: number): PostedTask<void> {
    return this.admit(this.make(run, toLane(priority), toTraits({ priority }, this.traits)), delay);
  }

  /** A task joins it, after all that have joined before. */
  join(task: Task): void {
    this.order.set(task, this.joined++);
  }

  /**
   * Gives tasks another priority. Among those that have it they stand where they would if they had had it from the start.
   * O(n + m) for n tasks, none of which was delayed, and the m that were posted after the first of them.
   */
  move(tasks: readonly PostedTask<void>[], priority: WebTaskPriority): void {
    let next: Task | null = null;
    // What is delayed joins the queue only later.
    for (const task of tasks) if (task.place !== QUEUED) task.setPriority(priority);
    const queued = tasks.filter(({ place }) => place === QUEUED);
    for (const task of queued.sort((a, b) => this.orderOf(b) - this.orderOf(a))) {
      task.setPriority(priority);
      if (next?.sequence !== task.sequence) next = null;
      // It has joined the end. The younger ones that stood there before it come after it.
      let before: Task | null = (next ?? task).prev;
      for (; before !== null && this.orderOf(before) > this.orderOf(task); before = before.prev) next = before;
      if (next !== null) task.sequence.moveBefore(task, next);
      next = task;
    }
  }

  /** @internal */
  protected override makeSequence(scheduler: TaskScheduler): Sequence {
    const sequence = new OrderedSequence(this, scheduler);
    sequence.goesFirst = this.goesFirst;
    return sequence;
  }

  private orderOf(task: Task): number {
    return this.order.get(task)!;
  }
}

/** Tells its queue in which order tasks join it: one that is delayed does so when it is due. */
class OrderedSequence extends Sequence {
  constructor(
    private readonly tasks: TaskQueue,
    scheduler: TaskScheduler,
  ) {
    super(tasks, scheduler, tasks.admission.workers.on(scheduler), tasks.limit);
  }

  override push(task: Task, next: Task | null = null, isMoved = false): void {
    if (!isMoved) this.tasks.join(task);
    super.push(task, next, isMoved);
  }
}
