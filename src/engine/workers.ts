import type { Admission } from './admission.js';
import { Lanes } from './lanes.js';
import type { Sequence } from './sequence.js';
import type { Task } from './task.js';
import type { TaskScheduler } from './task-scheduler.js';
import { BEST_EFFORT, type Lane } from './traits.js';
import { Watched } from './watched.js';

/** The sequences whose next task waits for a worker. */
class WaitingLanes extends Lanes {
  constructor(private readonly scheduler: TaskScheduler) {
    super();
  }

  /** More urgent, or less, it may now get a worker after all: the scheduler looks at it again. */
  override reconsider(sequence: Sequence): void {
    if (sequence.effectiveLane() === sequence.lane) return;
    sequence.waited = false;
    this.headChanged(sequence);
  }

  /** The new head may need no worker: the scheduler looks at it again. */
  override headChanged(sequence: Sequence): void {
    this.remove(sequence);
    this.scheduler.ready(sequence);
  }
}

/**
 * The workers of one pool on one clock: how many posted tasks may be pending at once.
 *
 * A posted task must have a worker to begin, and holds it while its promise or observable is pending. Best-effort
 * tasks hold at most `max(1, limit - 1)`, so that one worker is left for what is urgent. Every verb is O(1).
 */
export class Workers extends Watched {
  /** Counters for `stats()`. */
  queued = 0;
  delayed = 0;

  /** The tasks that hold a worker, and the lanes they began in. */
  readonly pending = new Map<Task, Lane>();
  readonly waiting: Lanes;
  /** The sequences one of whose barriers runs, which needs no worker. */
  readonly barred = new Set<Sequence>();
  private bestEffort = 0;
  /** The sequence that is on its way to a worker: one at a time, or they would change places. */
  private invited: Sequence | null = null;
  /** The sequence that has waited for too long: while it is on its way a worker is kept for it. */
  private late: Sequence | null = null;

  constructor(
    readonly admission: Admission,
    readonly scheduler: TaskScheduler,
  ) {
    super();
    this.waiting = new WaitingLanes(scheduler);
  }

  /** Whether nothing of the pool is queued or pending; what is delayed does not count. */
  get isIdle(): boolean {
    return this.queued === 0 && this.pending.size === 0;
  }

  /** Whether a posted task of this priority, of this sequence, may begin. */
  readonly canBegin = (lane: Lane, sequence?: Sequence): boolean => {
    const { limit } = this.admission;
    const kept = this.late?.waited === true && this.late !== sequence ? 1 : 0;
    if (this.pending.size + kept >= limit) return false;
    return lane !== BEST_EFFORT || this.bestEffort < Math.max(1, limit - 1);
  };

  /** `sequence` waits until a worker is free. One that has waited before keeps its turn. */
  park(sequence: Sequence): void {
    if (sequence.waited) this.waiting.putBack(sequence);
    else this.waiting.push(sequence);
    sequence.waited = true;
    if (sequence === this.late) this.late = null;
    if (sequence !== this.invited) return;
    this.invited = null;
    this.admitNext();
  }

  /** A sequence that has waited begins a task. */
  serve(sequence: Sequence): void {
    this.waiting.serve(sequence.lane);
  }

  /** `task`, begun in `lane`, is pending, and holds a worker from now on. */
  hold(task: Task, lane: Lane): void {
    // A task that has yielded, and goes on, holds one already. A barrier needs none.
    if (task.isBarrier || this.pending.has(task)) return;
    this.pending.set(task, lane);
    if (lane === BEST_EFFORT) this.bestEffort++;
  }

  /** `task` is done. */
  release(task: Task): void {
    if (this.pending.get(task) === BEST_EFFORT) this.bestEffort--;
    this.pending.delete(task);
  }

  /** A worker may be free: it goes to the most urgent sequence that waits for one, or to one that waits for too long. */
  admitNext(): void {
    if (this.waiting.isEmpty) return;
    this.waiting.look(this.scheduler.clock.now());
    const sequence = this.waiting.nextWhere(this.canBegin);
    const { invited } = this;
    // One at a time, or they would change places; but one that is more urgent does not wait for one that is less.
    if (sequence === null || (invited?.waited === true && invited.lane <= sequence.lane)) return;
    this.waiting.remove(sequence);
    this.invited = sequence;
    if (this.waiting.isOwed(sequence.lane)) this.late = sequence;
    this.scheduler.readyFirst(sequence);
  }
}
