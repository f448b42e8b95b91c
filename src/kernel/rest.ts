import { onSettling } from '../base/thenable.js';
import type { Gate } from './gate.js';
import type { PostedTask } from './posted-task.js';
import type { Rests } from './rests.js';
import { Sequence } from './sequence.js';
import { Task } from './task.js';
import type { Lane } from './traits.js';

/** The continuation of a task that has yielded or sleeps. */
export interface Continuation {
  /** Continues the task. */
  readonly next: () => void;
  /** Called instead if the task has settled with an error; null if it continues in that case too. */
  readonly stop: ((reason: unknown) => void) | null;
  /** The task whose end it waits for, if it waits for one. */
  readonly awaited?: Task | undefined;
}

/** Calls `wake` when something has ended. It may be called more than once. */
export type Until = (wake: () => void) => void;

/** Over when `promise` has settled. */
export const settlingOf =
  (promise: PromiseLike<unknown>): Until =>
  (wake) =>
    onSettling(promise, wake, wake);

/**
 * The rest of a task that has yielded or sleeps: a separate task at the head of the lane, while the original task is still
 * running and holds its sequence. After a sleep it needs a worker again.
 */
export class Rest extends Task {
  private hasBegun = false;

  constructor(
    private readonly rests: Rests,
    readonly continuation: Continuation,
    private readonly ownSequence = new RestSequence(rests.task),
  ) {
    super(ownSequence);
  }

  override get whole(): PostedTask<unknown> {
    return this.rests.task;
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
    const { rests, continuation } = this;
    this.hasBegun = true;
    rests.begin(this);
    continuation.next();
    rests.ended();
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
    this.rests.ended();
  }

  /** Rejects the promise that the code awaits, or lets the code clean up. */
  private failToBegin(error: unknown): void {
    const { whole, continuation } = this;
    this.rests.begin(this);
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
  constructor(private readonly whole: PostedTask<unknown>) {
    const { owner, scheduler, workers } = whole.sequence;
    super(owner, scheduler, workers, 1);
  }

  /** Tasks that wait behind the original task also wait for this one, and lend it their priority. */
  override effectiveLane(): Lane {
    return this.whole.effectiveLane;
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
