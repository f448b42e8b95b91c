import { Subscription } from 'rxjs';
import type { Linked } from '../base/intrusive-list.js';
import { ofRunner } from '../base/names.js';
import { printAsText } from '../base/print.js';
import { joinParentsInGroups, type Sibling } from '../base/sibling-group.js';
import type { TaskTraits } from '../types.js';
import type { Delay, Timed } from './delay-manager.js';
import { DELAYED, IDLE, QUEUED } from './place.js';
import type { Sequence } from './sequence.js';
import type { TaskTimes } from './task-times.js';
import { FOLLOW, type Lane } from './traits.js';

/**
 * One unit of work. The object is its own queue node and its own handle, so a post allocates only this object.
 *
 * A task is in one place at a time, which is its `place`. It costs 56 bytes for RxJS's `Subscription` and 8 for each field.
 * The queue, the heap and the groups store their links and indices in it.
 */
export abstract class Task extends Subscription implements Linked<Task>, Timed, Sibling {
  prev: Task | null = null;
  next: Task | null = null;
  place = IDLE;

  /**
   * The last delay, or null for none, and the order among equal deadlines. The delay manager writes them. If the delay were
   * always a number, V8 would box it in all tasks (16 bytes) once a program has used one fractional delay.
   */
  delay: Delay = null;
  order = 0;

  /** The siblings under one parent, written by their group. */
  groupPrev: Sibling | null = null;
  groupNext: Sibling | null = null;

  constructor(public sequence: Sequence) {
    super();
  }

  /** Its own priority, or {@link FOLLOW}. */
  get lane(): Lane | typeof FOLLOW {
    return FOLLOW;
  }

  /** Its own traits, or its runner's. */
  get traits(): TaskTraits {
    return this.sequence.owner.traits;
  }

  /** The lane of its own priority, or else of its runner's. */
  get currentLane(): Lane {
    const { lane } = this;
    return lane === FOLLOW ? this.sequence.owner.lane : lane;
  }

  /** Its own name, or else its runner's. */
  get displayName(): string {
    return this.traits.name === '' ? this.sequence.owner.traits.name : this.traits.name;
  }

  get keepAlive(): boolean {
    return this.sequence.keepAlive;
  }

  /** Whether it needs a worker to begin, and counts as a task that may be rejected. */
  get needsWorker(): boolean {
    return false;
  }

  /** Whether it is internal: it emits no events, and is neither counted nor dropped. */
  get isInternal(): boolean {
    return false;
  }

  /** For a continuation, the posted task that it continues; otherwise itself. */
  get whole(): Task {
    // Not the type `this`: a part of a task is another object.
    const whole: Task = this; // eslint-disable-line @typescript-eslint/no-this-alias
    return whole;
  }

  /** Whether some of its code still has to run after its function has thrown. */
  keepOpen(): boolean {
    return false;
  }

  /**
   * Its priority, or that of tasks behind it, may have changed. If it has yielded, this also changes the priority of its
   * rest.
   */
  reconsiderRest(): void {
    // Only posted tasks yield.
  }

  /** A shutdown waits for it: if it sleeps or has yielded, its rest no longer needs a worker. */
  recheckRest(): void {
    // As above.
  }

  /** The tasks for whose ends it waits, as far as it has said so by `waitFor`. */
  get awaited(): readonly Task[] {
    return [];
  }

  /** When it became ready, began and failed; null if that was not recorded. */
  get times(): TaskTimes | null {
    return null;
  }

  /** Its delay is over: it joins its queue. */
  due(_deadline: number): void {
    const { sequence } = this;
    sequence.undelay();
    sequence.push(this);
  }

  /** Whether it is pending and not sleeping: then it holds a worker of its pool. */
  get holdsWorker(): boolean {
    return false;
  }

  /** It is pending, having begun in `lane`: it holds its sequence until it has ended. */
  hold(_lane: Lane): void {
    this.sequence.hold(this);
  }

  /** Calls the user's code. Returns true if it is pending afterwards, and holds its sequence and a worker. */
  abstract run(): boolean;

  /** The user's code threw `error`. */
  abstract fail(error: unknown): void;

  /** It is dropped before it began, because its runner or its pool is shut down. */
  abstract reject(): void;

  /** Its queue is full: it is rejected with a report, or silently dropped. */
  drop(_isRefused: boolean): void {
    // Only posted tasks are counted.
  }

  /** It is given up, for a reason that continues the sentence "…, since". */
  abstract abandon(reason: string): void;

  /** Its description in messages. */
  describe(): string {
    return ofRunner('an action', this.sequence.owner.traits.name);
  }

  override unsubscribe(): void {
    if (this.closed) return;
    if (this.place >= DELAYED || this.place === QUEUED) this.sequence.scheduler.cancel(this);
    super.unsubscribe();
  }

  override toString(): string {
    return this.describe();
  }
}

joinParentsInGroups(Task.prototype);
printAsText(Task.prototype);
