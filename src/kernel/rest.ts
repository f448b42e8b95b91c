import type { Gate } from './gate.js';
import type { PostedTask } from './posted-task.js';
import { Sequence } from './sequence.js';
import { Task } from './task.js';
import type { Lane } from './traits.js';

/** The continuation of a task that has yielded or sleeps. */
export interface Continuation {
  /** Continues the task. */
  readonly next: () => void;
  /** Called instead if the task has settled with an error; null if it continues in that case too. */
  readonly stop: ((reason: unknown) => void) | null;
}

/** Calls `wake` when something has ended. It may be called more than once. */
export type Until = (wake: () => void) => void;

/** Over when `promise` has settled. */
export const settlingOf =
  (promise: PromiseLike<unknown>): Until =>
  (wake) =>
    void Promise.resolve(promise).then(wake, wake);

/**
 * The rest of a task that has yielded or sleeps: a separate task at the head of the lane, while the original task is still
 * running and holds its sequence. After a sleep it needs a worker again.
 */
export class Rest extends Task {
  private hasBegun = false;

  constructor(
    private readonly task: PostedTask<unknown>,
    readonly continuation: Continuation,
    private readonly ownSequence = new RestSequence(task),
  ) {
    super(ownSequence);
  }

  override get whole(): PostedTask<unknown> {
    return this.task;
  }

  override get needsWorker(): boolean {
    return this.whole.needsWorkerAgain;
  }

  override get isInternal(): boolean {
    return true;
  }

  /** Requests its turn: before the others of its lane, or behind them. */
  ask(isFirst: boolean): void {
    this.ownSequence.offer(this, isFirst);
  }

  override run(): boolean {
    const { whole, continuation } = this;
    this.hasBegun = true;
    whole.resume(this);
    continuation.next();
    whole.restEnded();
    return false;
  }

  /**
   * Only the code of a verb, or a context hook, can throw here, before anything has run. If the handle has already settled,
   * the error is not reported.
   */
  override fail(error: unknown): void {
    const { whole } = this;
    if (!this.hasBegun) this.failToBegin(error);
    else if (whole.closed) this.sequence.scheduler.fail(whole, error);
    else whole.abort(error);
    whole.restEnded();
  }

  /** Rejects the promise that the code awaits, or lets the code clean up. */
  private failToBegin(error: unknown): void {
    const { whole, continuation } = this;
    whole.resume(this);
    if (whole.closed) whole.fail(error);
    else whole.abort(error);
    if (continuation.stop === null) continuation.next();
    else continuation.stop(error);
  }

  override reject(): void {
    // A shutdown only decides about the original task.
  }

  override abandon(): void {
    // As above.
  }

  override describe(): string {
    return this.whole.describe();
  }
}

/** The sequence of one rest. It only exists for its turn. */
class RestSequence extends Sequence {
  private readonly home: Sequence;

  constructor(private readonly whole: PostedTask<unknown>) {
    const { sequence } = whole;
    super(sequence.owner, sequence.scheduler, sequence.workers, 1);
    this.home = sequence;
  }

  /** Tasks that wait behind the original task also wait for this one, and lend it their priority. */
  override effectiveLane(): Lane {
    const { home, whole } = this;
    const lane = whole.currentLane;
    return home.size > 0 ? (Math.min(lane, home.effectiveLane()) as Lane) : lane;
  }

  /** The task passed its gates when it began. Holding its rest back would hold its sequence. */
  override get gates(): readonly Gate[] {
    return [];
  }

  offer(rest: Rest, isFirst: boolean): void {
    this.goesFirst = isFirst;
    // The scheduler comes first, because requesting a wake-up may throw.
    this.scheduler.ready(this, this.effectiveLane());
    this.add(rest);
  }
}
