import { Subscription } from 'rxjs';
import type { Linked } from '../base/intrusive-list.js';
import type { HeapNode } from '../base/deadline-heap.js';
import type { Sequence } from './sequence.js';
import { joinParentsInGroups } from './sibling-group.js';
import { FOLLOW, type Lane, type TaskTraits } from './traits.js';

/** Nowhere: not posted, or done, and it may be posted again. */
export const IDLE = -1;
/** In the queue of its sequence. */
export const QUEUED = -2;
/** Running, or begun and pending. */
export const RUNNING = -3;
/** With the delay manager. That may put any other number from 0 up here, and does: the task's index in its heap. */
export const DELAYED = 0;

/**
 * One unit of work: an object that is its own queue node and its own handle, and so the only thing that a post
 * allocates.
 *
 * A task is in one place at a time, and `place` says in which. It costs 56 bytes for RxJS's `Subscription` and 8 for
 * each field; the queue, the heap and the groups keep their links and indices in it.
 */
export abstract class Task extends Subscription implements Linked<Task>, HeapNode {
  prev: Task | null = null;
  next: Task | null = null;
  place = IDLE;

  /**
   * The delay it was armed with last, null for none, and its turn among equal deadlines: kept by the delay manager. Were
   * it a number always, V8 would box it in all tasks (16 bytes) once a program has used one fractional delay.
   */
  delay: number | null = null;
  order = 0;

  /** The siblings under one parent: kept by their group. */
  groupPrev: Task | null = null;
  groupNext: Task | null = null;

  constructor(public sequence: Sequence) {
    super();
  }

  /** Its own priority, or {@link FOLLOW}. */
  abstract readonly lane: Lane | typeof FOLLOW;

  /** Its own traits, or its runner's. */
  abstract readonly traits: TaskTraits;

  /** The lane of its own priority, or else of its runner's. */
  get currentLane(): Lane {
    return this.lane === FOLLOW ? this.sequence.owner.lane : this.lane;
  }

  /** Its own name, or else its runner's. */
  get displayName(): string {
    return this.traits.name === '' ? this.sequence.owner.traits.name : this.traits.name;
  }

  /** Whether it keeps a Node process alive while it waits: the trait of that name, at hand. */
  abstract readonly keepAlive: boolean;

  /** Whether it must have a worker to begin. */
  abstract readonly needsWorker: boolean;

  /** How long it waited for its turn, and ran, in milliseconds, once it has failed; actions do not know. */
  get waitTime(): number | undefined {
    return undefined;
  }

  get runTime(): number | undefined {
    return undefined;
  }

  /** Whether it waits for all that runs before it, and holds up all behind it, in a parallel sequence too. */
  abstract readonly isBarrier: boolean;

  /** Calls the user's code; `true` when it is pending afterwards, holding its sequence and a worker. */
  abstract run(): boolean;

  /** The user's code threw `error`. */
  abstract fail(error: unknown): void;

  /** It is dropped before it began, since its runner or its pool is shut down. */
  abstract reject(): void;

  /** It is given up, for a reason that continues the sentence "…, since". */
  abstract abandon(reason: string): void;

  override unsubscribe(): void {
    if (this.closed) return;
    if (this.place >= DELAYED || this.place === QUEUED) this.sequence.scheduler.cancel(this);
    super.unsubscribe();
  }
}

joinParentsInGroups(Task.prototype);
