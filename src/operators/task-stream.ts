import type { Subscriber } from 'rxjs';
import type { Settled } from '../base/deferred-handle.js';
import { IntrusiveList } from '../base/intrusive-list.js';
import type { TaskPlan } from './task-plan.js';
import { ValueTask } from './value-task.js';

/**
 * The tasks of one subscription, and what they give to `out`.
 *
 * - A result is emitted when its task has it, and before the next task of the same sequence begins.
 * - The first error ends the stream; then, as on unsubscribing, all that waits or runs is cancelled.
 * - It completes when its end was told and the last task has ended.
 *
 * Every method is O(1).
 */
export class TaskStream<T, R> {
  /** How many values have no result yet, and how many of those have not begun. */
  pendingCount = 0;
  waitingCount = 0;
  private readonly waiting = new IntrusiveList<ValueTask<T, R>>();
  private hasEnded = false;

  constructor(
    readonly out: Subscriber<R>,
    readonly plan: TaskPlan<T, R>,
    /** Called when a task has ended and the stream goes on. */
    private readonly onRoom: (() => void) | null,
  ) {}

  /** Posts the task of `value`. If the user's `key`, `priority` or `name` throws, the stream fails. */
  post(value: T): void {
    const task = new ValueTask(this, value);
    this.pendingCount++;
    this.waitingCount++;
    this.waiting.push(task);
    try {
      task.post();
    } catch (error) {
      this.out.error(error);
    }
  }

  /** Cancels the task that has waited longest, and returns its value. There must be one. */
  dropOldest(): T {
    const oldest = this.waiting.head!;
    oldest.isDropped = true;
    oldest.cancel('dropped, since its stream was full');
    return oldest.value;
  }

  /** There will be no more values. */
  end(): void {
    this.hasEnded = true;
    if (this.pendingCount === 0) this.out.complete();
  }

  /** @internal A task no longer waits. */
  begun(task: ValueTask<T, R>): void {
    if (!task.isWaiting) return;
    task.isWaiting = false;
    this.waiting.remove(task);
    this.waitingCount--;
  }

  /** @internal A task has ended, with or without an error. */
  settled(task: ValueTask<T, R>, state: Settled, result: unknown): void {
    const { out } = this;
    this.begun(task);
    if (out.closed) return;
    if (state !== 'done' && !task.isDropped) {
      out.error(result);
      return;
    }
    if (state === 'done' && !task.isStream) out.next(result as R);
    this.pendingCount--;
    if (this.hasEnded && this.pendingCount === 0) out.complete();
    else this.onRoom?.();
  }
}
