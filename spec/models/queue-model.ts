import type { TaskState, WhenFull } from '../../src/index.js';

export interface QueueModelOptions {
  readonly capacity: number;
  readonly whenFull: WhenFull;
  /** How many tasks of the runner may run at once, and how many workers its pool has. */
  readonly limit: number;
  readonly workers: number;
}

export interface QueueModelTask {
  readonly id: number;
  readonly isAction: boolean;
  /** When it is due. */
  readonly due: number;
  state: TaskState;
}

/** What one queue promises about order, limits and bounds, with plain arrays and no thought of speed. */
export class QueueModel {
  readonly started: number[] = [];
  readonly delayed: QueueModelTask[] = [];
  readonly queue: QueueModelTask[] = [];
  readonly running: QueueModelTask[] = [];
  rejected = 0;
  dropped = 0;

  constructor(private readonly options: QueueModelOptions) {}

  /** How many posted tasks wait. */
  get waiting(): number {
    return this.queue.filter(({ isAction }) => !isAction).length;
  }

  post(task: QueueModelTask, now: number): void {
    if (task.due > now) this.delayed.push(task);
    else this.admit(task);
  }

  /** Time has come to `now`: first what is due joins the queue, in the order of its arming, then tasks start. */
  advance(now: number): void {
    this.startAll();
    for (const task of this.delayed.filter(({ due }) => due <= now).sort((a, b) => a.due - b.due)) {
      remove(this.delayed, task);
      this.admit(task);
    }
    this.startAll();
  }

  settle(task: QueueModelTask, state: TaskState): void {
    for (const place of [this.delayed, this.queue, this.running]) remove(place, task);
    task.state = state;
  }

  private admit(task: QueueModelTask): void {
    const { capacity, whenFull } = this.options;
    if (task.isAction || this.waiting < capacity || whenFull === 'wait') {
      this.queue.push(task);
      return;
    }
    const oldest = this.queue.find(({ isAction }) => !isAction)!;
    if (whenFull === 'drop-oldest') this.queue.push(task);
    this.settle(whenFull === 'drop-oldest' ? oldest : task, 'rejected');
    if (whenFull === 'reject') this.rejected++;
    else this.dropped++;
  }

  private startAll(): void {
    const { limit, workers } = this.options;
    for (let head = this.queue[0]; head !== undefined; head = this.queue[0]) {
      if (this.running.length >= limit || (!head.isAction && this.running.length >= workers)) return;
      this.queue.shift();
      this.started.push(head.id);
      head.state = head.isAction ? 'done' : 'running';
      if (!head.isAction) this.running.push(head);
    }
  }
}

function remove<T>(from: T[], what: T): void {
  const index = from.indexOf(what);
  if (index >= 0) from.splice(index, 1);
}
