import { DeadlineHeap } from '../base/deadline-heap.js';
import type { TimerHost } from '../host/host.js';
import { IDLE, RUNNING, type Task } from './task.js';

/**
 * The tasks that are not yet due, and the one host timer, armed for the earliest of them.
 *
 * - A task never becomes due early by its clock. Due tasks join their sequences by deadline, then order.
 * - `order` is stamped when a delay is armed. A task that arms itself again with the same delay keeps it, as an interval
 *   keeps its place among timers that fall due with it.
 * - Adding and removing are those of {@link DeadlineHeap}, O(log n); memory is freed on removal.
 */
export class DelayManager {
  private readonly heap = new DeadlineHeap<Task>();
  private lastOrder = 0;
  /** How many of the tasks keep the process alive. One that is never due does not. */
  private keeping = 0;

  constructor(
    private readonly host: TimerHost,
    private readonly onDue: () => void,
  ) {}

  /** Whether one of them keeps the process alive. */
  get keepAlive(): boolean {
    return this.keeping > 0;
  }

  /** When the earliest task is due; `Infinity` when none ever is. */
  get nextDeadline(): number {
    return this.heap.nextDeadline;
  }

  add(task: Task, delay: number): void {
    if (task.place !== RUNNING || task.delay !== delay) {
      task.delay = delay;
      task.order = this.lastOrder = (this.lastOrder + 1) | 0;
    }
    const now = this.host.now();
    this.heap.add(task, now + delay);
    this.count(task, 1);
    this.arm(now);
  }

  remove(task: Task): void {
    this.heap.remove(task);
    task.place = IDLE;
    this.count(task, -1);
    if (this.heap.size === 0) this.host.disarm();
  }

  /** Takes out the next task that is due, if there is one. */
  takeDue(now: number): Task | undefined {
    if (this.heap.nextDeadline > now) return undefined;
    const task = this.heap.first!;
    this.heap.remove(task);
    this.count(task, -1);
    return task;
  }

  /** Arms the timer for the earliest task. */
  arm(now?: number): void {
    const { nextDeadline } = this.heap;
    if (nextDeadline !== Infinity) this.host.wakeAt(nextDeadline, this.onDue, now);
  }

  /** The tasks in no particular order. */
  values(): readonly Task[] {
    return this.heap.values();
  }

  private count(task: Task, by: 1 | -1): void {
    task.sequence.delayed += by;
    task.sequence.workers.delayed += by;
    if (!task.keepAlive || task.delay === Infinity) return;
    this.keeping += by;
    this.host.keepTimer(this.keeping > 0);
  }
}
