import { DeadlineHeap, type HeapNode } from '../base/deadline-heap.js';
import { IDLE } from './place.js';

/** What waits for a moment: a task, or an alarm. */
export interface Timed extends HeapNode {
  /** The delay it was armed with, in milliseconds; null for none. */
  delay: Delay;
  /** Whether it keeps a Node process alive while it waits. */
  readonly keepAlive: boolean;
  /** Its moment, `deadline`, has come. Called between tasks. */
  due(deadline: number): void;
}

/** A delay that is over: what it was, and when it was over. */
export class Fired {
  constructor(
    readonly delay: number,
    readonly at: number,
  ) {}
}

/** In milliseconds; null for none. An action that was delayed keeps it, with the moment, until it is armed again. */
export type Delay = number | Fired | null;

/** The milliseconds of a delay; 0 for none. */
export function delayOf({ delay }: { readonly delay: Delay }): number {
  return delay === null ? 0 : typeof delay === 'number' ? delay : delay.delay;
}

/** What arms the host's timed wake-up; slots, where each task has a wake-up of its own, need none. */
export interface Timer {
  wakeAt(deadline: number): void;
  keepTimer(keepAlive: boolean): void;
}

/**
 * What is not yet due, and the one host timer, armed for the earliest of it.
 *
 * - Nothing becomes due early by its clock. What is due comes by deadline, then order.
 * - `order` is stamped when a delay is armed. A task that arms itself again in its own run, with the same delay, keeps it,
 *   as an interval keeps its place among timers that fall due with it.
 * - Adding and removing are those of {@link DeadlineHeap}, O(log n); memory is freed on removal.
 */
export class DelayManager {
  private readonly heap = new DeadlineHeap<Timed>();
  private lastOrder = 0;
  /** How many of the nodes keep the process alive. One that is never due does not. */
  private keeping = 0;

  constructor(private readonly timer: Timer | null) {}

  /** Whether something here keeps the process alive. */
  get keepAlive(): boolean {
    return this.keeping > 0;
  }

  get isEmpty(): boolean {
    return this.heap.size === 0;
  }

  /** When the earliest node is due; `Infinity` when none ever is. */
  get nextDeadline(): number {
    return this.heap.nextDeadline;
  }

  /** Adds a node that is due when the clock says `deadline`; `keepsOrder` for one whose interval goes on. */
  add(node: Timed, delay: number, deadline: number, keepsOrder: boolean): void {
    // What may throw comes first: a host function, a full stack. After it nothing does.
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

  /** Takes out the earliest node, of which there is one. */
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
