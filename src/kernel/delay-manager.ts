import { DeadlineHeap, type HeapNode } from '../base/deadline-heap.js';
import { IDLE } from './place.js';

/** A node that waits for its deadline: a task, or an alarm. */
export interface Timed extends HeapNode {
  /** The delay it was armed with, in milliseconds; null for none. */
  delay: Delay;
  /** Whether it keeps a Node process alive while it waits. */
  readonly keepAlive: boolean;
  /** Called between tasks when the `deadline` has come. */
  due(deadline: number): void;
}

/** A delay that is over: its length, and when it was over. */
export class Fired {
  constructor(
    readonly delay: number,
    readonly at: number,
  ) {}
}

/** In milliseconds; null for none. A delayed action keeps it, with the deadline, until it is re-armed. */
export type Delay = number | Fired | null;

/** The milliseconds of a delay; 0 for none. */
export function delayOf({ delay }: { readonly delay: Delay }): number {
  return delay === null ? 0 : typeof delay === 'number' ? delay : delay.delay;
}

/** Arms the host's timed wake-up. Slots need none, because each task has its own wake-up. */
export interface Timer {
  wakeAt(deadline: number): void;
  keepTimer(keepAlive: boolean): void;
}

/**
 * The nodes that are not yet due, and one host timer, which is armed for the earliest of them.
 *
 * - No node becomes due early by its clock. Due nodes come by deadline, then by `order`.
 * - `order` is set when a delay is armed. A task that re-arms itself in its own run with the same delay keeps its `order`,
 *   as an interval keeps its place among timers that are due at the same time.
 * - Adding and removing are those of {@link DeadlineHeap}, O(log n); memory is freed on removal.
 */
export class DelayManager {
  private readonly heap = new DeadlineHeap<Timed>();
  private lastOrder = 0;
  /** How many of the nodes keep the process alive. A node that is never due does not. */
  private keeping = 0;

  constructor(private readonly timer: Timer | null) {}

  /** Whether a node here keeps the process alive. */
  get keepAlive(): boolean {
    return this.keeping > 0;
  }

  get isEmpty(): boolean {
    return this.heap.size === 0;
  }

  /** When the earliest node is due; `Infinity` if there is none. */
  get nextDeadline(): number {
    return this.heap.nextDeadline;
  }

  /** Adds a node that is due at `deadline`. With `keepsOrder` its interval goes on. */
  add(node: Timed, delay: number, deadline: number, keepsOrder: boolean): void {
    // Operations that may throw (a host function, a full stack) come first. The rest cannot throw.
    const next = Math.min(deadline, this.heap.nextDeadline);
    if (next !== Infinity) this.timer?.wakeAt(next);
    const keeps = node.keepAlive && delay !== Infinity;
    if (keeps && this.keeping === 0) this.timer?.keepTimer(true);
    const order = keepsOrder ? node.order : (this.lastOrder + 1) | 0;
    this.heap.add(node, deadline, order);
    this.lastOrder = keepsOrder ? this.lastOrder : order;
    node.delay = delay;
    if (keeps) this.keeping++;
  }

  remove(node: Timed): void {
    this.heap.remove(node);
    this.left(node);
  }

  /** Removes the earliest node. There must be one. */
  takeFirst(): Timed {
    const node = this.heap.first!;
    this.remove(node);
    return node;
  }

  /** Arms the timer for the earliest node. */
  arm(): void {
    const { nextDeadline } = this.heap;
    if (nextDeadline !== Infinity) this.timer?.wakeAt(nextDeadline);
  }

  /** When something that is here is due. */
  deadlineOf(node: Timed): number {
    return this.heap.deadlineOf(node);
  }

  /** The nodes in no particular order. */
  values(): readonly Timed[] {
    return this.heap.values();
  }

  private left(node: Timed): void {
    node.place = IDLE;
    if (!node.keepAlive || node.delay === Infinity) return;
    if (--this.keeping === 0) this.timer?.keepTimer(false);
  }
}
