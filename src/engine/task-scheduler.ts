import type { Clock } from '../host/host.js';
import { runTask } from './current.js';
import type { DelayManager } from './delay-manager.js';
import { deliverAll, type Failure } from './failures.js';
import { Lanes } from './lanes.js';
import type { SchedulerObserver } from './scheduler-observer.js';
import type { Sequence } from './sequence.js';
import { DELAYED, IDLE, QUEUED, RUNNING, type Task } from './task.js';
import type { Lane } from './traits.js';
import type { Workers } from './workers.js';

/**
 * Moves sequences from the lanes to execution. There is one per clock, for all pools of the program, so that priority
 * means something between them.
 *
 * When it does so is the business of its two kinds: `TurnScheduler` works in turns, and `FrameScheduler` in the frames
 * of a `testScheduler.run()`.
 */
export abstract class TaskScheduler {
  abstract readonly clock: Clock;
  /** Null, and free, unless somebody watches. */
  observer: SchedulerObserver | null = null;
  protected readonly lanes = new Lanes();
  protected abstract readonly delays: DelayManager;
  private failures: Failure[] = [];

  /** Takes in a task that is nowhere; it becomes ready in `delay` milliseconds. Never runs it. */
  abstract arm(task: Task, delay: number): void;

  /** Sees to it that the ready sequences get their turn, and whether that keeps the process alive. */
  protected abstract wake(keepAlive: boolean): void;

  /** Reports the error of a task that nobody can await. */
  abstract fail(task: Task, error: unknown): void;

  /** Takes out a task that is delayed or queued; then it is nowhere. */
  withdraw(task: Task): void {
    if (task.place >= DELAYED) this.delays.remove(task);
    else task.sequence.remove(task);
  }

  /** The same for one that is unsubscribed: it will not come again by itself. */
  cancel(task: Task): void {
    this.withdraw(task);
    this.observer?.withdrawn(task);
    this.tell(task);
  }

  /** A pool uses this clock for the first time. It may be forgotten by whoever made it, so nothing here holds it. */
  join(_workers: Workers): void {
    // Nothing to note.
  }

  /** A sequence that was nowhere has a task that may start. */
  ready(sequence: Sequence): void {
    this.lanes.push(sequence);
    this.wake(sequence.keepsAlive);
  }

  /** The same for one that has waited for a worker: it keeps its turn. */
  readyFirst(sequence: Sequence): void {
    this.lanes.unshift(sequence);
    this.wake(sequence.keepsAlive);
  }

  /**
   * Whether a task that runs should give way: to the host, since the turn has lasted long enough, or to something more
   * urgent than `lane`.
   */
  abstract shouldYield(lane: Lane): boolean;

  /** Which turn this is, or was last: tasks that yield are told apart from others by it. */
  abstract readonly turnNumber: number;

  /** A task that was pending is done. */
  finish(task: Task): void {
    const { sequence } = task;
    sequence.workers.release(task);
    this.conclude(task, sequence);
    sequence.settle();
    sequence.workers.admitNext();
    this.tellEnd(task);
  }

  /** The delayed tasks of all pools, in no particular order. */
  delayedTasks(): Iterable<Task> {
    return this.delays.values();
  }

  /** The ready sequences of all pools, most urgent first. */
  readySequences(): Iterable<Sequence> {
    return this.lanes;
  }

  protected keepFailure(task: Task, error: unknown): void {
    this.failures.push({ task, error });
  }

  /** Delivers the failures that were kept: called from the host, to which it may throw. */
  protected deliverFailures(): void {
    const { failures } = this;
    if (failures.length === 0) return;
    this.failures = [];
    deliverAll(failures, this.clock);
  }

  /** Runs the next task of a sequence whose turn it is; `true` when a microtask of its own goes on with it. */
  protected step(sequence: Sequence): boolean {
    const { workers, lane } = sequence;
    if (sequence.head!.needsWorker && !workers.canBegin(lane, sequence) && !sequence.bringForward()) {
      this.lanes.remove(sequence);
      workers.park(sequence);
      return false;
    }
    const task = sequence.begin();
    const { needsWorker } = task;
    const isPending = runTask(task, this.observer);
    // It stands at the head of its sequence, whose turn it keeps or not, as it was said when it yielded.
    const hasYielded = isPending && task.place === QUEUED;
    if (isPending) workers.hold(task, lane);
    else this.conclude(task, sequence);
    if (needsWorker) workers.admitNext();
    if (sequence.lanes === null) sequence.settle();
    else if (!sequence.isReady) this.lanes.remove(sequence);
    else if (!hasYielded) this.lanes.rotate(sequence);
    if (!isPending) this.tellEnd(task);
    return isPending && !hasYielded;
  }

  private conclude(task: Task, sequence: Sequence): void {
    if (task.place === RUNNING) task.place = IDLE;
    sequence.running--;
  }

  /** Last of all: whoever is told may shut down what it sees, and so must find each sequence in its place. */
  private tellEnd(task: Task): void {
    this.observer?.ended(task);
    this.tell(task, true);
  }

  /** Tells whoever watches `sequence` that a run of `task` has ended, or that it was withdrawn before it began. */
  tell(task: Task, hasRun = false, sequence = task.sequence): void {
    if (sequence.watchers !== null) sequence.tell(task, hasRun, sequence);
    if (sequence.workers.watchers !== null) sequence.workers.tell(task, hasRun, sequence);
  }
}
