import type { TaskPriority } from '../../src/index.js';

/** Highest first. */
export const PRIORITIES: readonly TaskPriority[] = ['user-blocking', 'user-visible', 'best-effort'];

export interface ModelTask {
  readonly id: number;
  readonly sequence: ModelSequence;
  /** Its own priority; without one it follows its owner's. */
  readonly own: TaskPriority | undefined;
  readonly needsWorker: boolean;
  place: 'nowhere' | 'queued' | 'delayed' | 'running';
  delay: number;
  deadline: number;
  order: number;
}

export interface ModelSequence {
  readonly owner: { priority: TaskPriority };
  readonly limit: number;
  readonly queue: ModelTask[];
  running: number;
  /** The lane in which it began to wait for its turn. */
  lane: number;
}

/**
 * The promises about order, with plain arrays and no thought of speed: which tasks are delayed, which sequences are
 * ready in the order in which they became so, and so which task must be the next to start.
 */
export class NaiveModel {
  readonly delayed: ModelTask[] = [];
  readonly ready: ModelSequence[] = [];
  /** The tasks that hold a worker, and the lanes in which they began. */
  readonly busy = new Map<ModelTask, number>();
  private lastOrder = 0;
  /** The sequence whose task runs now: it goes to the end of the line when that has run, and not before. */
  private current: ModelSequence | null = null;

  constructor(private readonly workers: number) {}

  /** A task goes to its sequence, or waits until it is due. */
  arm(task: ModelTask, delay: number, now: number): void {
    const repeats = task.place === 'running' && task.delay === delay;
    task.delay = delay;
    // One that is late goes on as an interval does: one delay after it was due, if that is still to come.
    task.deadline = (repeats && task.deadline + delay > now ? task.deadline : now) + delay;
    if (delay === 0) {
      this.push(task);
      return;
    }
    if (!repeats) task.order = ++this.lastOrder;
    task.place = 'delayed';
    this.delayed.push(task);
  }

  /** A task that has not begun is taken out. */
  withdraw(task: ModelTask): void {
    if (task.place === 'delayed') remove(this.delayed, task);
    if (task.place === 'queued') {
      remove(task.sequence.queue, task);
      this.reconsider(task.sequence);
    }
    if (task.place !== 'running') task.place = 'nowhere';
  }

  /** What is due joins the tail of its sequence, by deadline, then order. */
  promote(now: number): void {
    const due = this.delayed
      .filter(({ deadline }) => deadline <= now)
      .sort((a, b) => a.deadline - b.deadline || a.order - b.order);
    for (const task of due) {
      remove(this.delayed, task);
      this.push(task);
    }
  }

  /** The sequences that may start a task now, most urgent first and then in the order in which they became ready. */
  startable(): ModelSequence[] {
    return this.ready
      .filter((sequence) => !sequence.queue[0]!.needsWorker || this.hasWorker(sequence.lane))
      .sort((a, b) => a.lane - b.lane);
  }

  start(task: ModelTask): void {
    const { sequence } = task;
    const { lane } = sequence;
    remove(this.ready, sequence);
    remove(sequence.queue, task);
    sequence.running++;
    this.current = sequence;
    task.place = 'running';
    if (task.needsWorker) this.busy.set(task, lane);
  }

  /** The task has run and is pending: the sequence of a pool goes on with the next one. */
  suspend({ sequence }: ModelTask): void {
    this.current = null;
    this.settle(sequence);
  }

  /** The task has run and is done. */
  end(task: ModelTask): void {
    this.current = null;
    this.finish(task);
  }

  /** The task that was pending is done. */
  finish(task: ModelTask): void {
    const { sequence } = task;
    if (task.place === 'running') task.place = 'nowhere';
    this.busy.delete(task);
    sequence.running--;
    this.settle(sequence);
  }

  setPriority(sequence: ModelSequence, priority: TaskPriority): void {
    sequence.owner.priority = priority;
    this.reconsider(sequence);
  }

  private hasWorker(lane: number): boolean {
    if (this.busy.size >= this.workers) return false;
    const lazy = [...this.busy.values()].filter((began) => began === 2).length;
    return lane !== 2 || lazy < Math.max(1, this.workers - 1);
  }

  private push(task: ModelTask): void {
    task.place = 'queued';
    task.sequence.queue.push(task);
    this.settle(task.sequence);
    this.reconsider(task.sequence);
  }

  /** Goes to the end of the line, if it is not there and a task of it may start. */
  private settle(sequence: ModelSequence): void {
    if (this.current === sequence || this.ready.includes(sequence)) return;
    if (sequence.queue.length === 0 || sequence.running >= sequence.limit) return;
    sequence.lane = effectiveLane(sequence);
    this.ready.push(sequence);
  }

  /** Leaves the line when it is empty, and goes to the end of another lane when its priority has changed. */
  private reconsider(sequence: ModelSequence): void {
    if (!this.ready.includes(sequence)) return;
    if (sequence.queue.length > 0 && sequence.lane === effectiveLane(sequence)) return;
    remove(this.ready, sequence);
    this.settle(sequence);
  }
}

export function sequenceOf(owner: ModelSequence['owner'], limit: number): ModelSequence {
  return { owner, limit, queue: [], running: 0, lane: 0 };
}

/** The highest priority among what is queued. */
function effectiveLane({ queue, owner }: ModelSequence): number {
  return Math.min(...queue.map(({ own }) => PRIORITIES.indexOf(own ?? owner.priority)));
}

function remove<T>(from: T[], what: T): void {
  const index = from.indexOf(what);
  if (index < 0) throw new Error('The model is wrong: it removes what is not there.');
  from.splice(index, 1);
}
