import { DeadlineHeap, type HeapNode } from '../base/deadline-heap.js';
import type { Timed } from '../kernel/delay-manager.js';
import type { SlotClock, WakeUpHandle } from '../host/slot-clock.js';

const NOWHERE = -1;

/** The wake-up of one task or alarm. */
class WakeUp implements HeapNode {
  place = NOWHERE;
  order = 0;
  moment = NaN;
  /** Whether it fires again. Its place among those due at the same time is known only in a `run()`. */
  isInterval = false;
  handle: WakeUpHandle | null = null;

  constructor(
    public node: Timed | null,
    readonly delay: number,
  ) {}
}

/**
 * One wake-up per task on a foreign clock, armed and reused exactly as `asyncScheduler` would for an action. So they
 * interleave with everything else on the clock like its actions.
 *
 * They fire by (instant, order), so wake-ups before the one that fires were lost: with the `run()` in which they were
 * posted, or because a test cleared all timers. But a continuing interval keeps its place in a `run()` and in some fake
 * clocks. In others it goes behind those that are due at the same time. And a fake clock that jumps fires everything that it
 * has jumped over in an order of its own.
 */
export class WakeUps {
  private readonly heap = new DeadlineHeap<WakeUp>();
  private readonly byNode = new Map<Timed, WakeUp>();
  private lastOrder = 0;
  private firing: WakeUp | null = null;

  /**
   * @param onFire called when a wake-up fires, with the node it was armed for, unless that has armed another one since
   * @param onLost called with a node whose wake-up will never fire
   */
  constructor(
    private readonly clock: SlotClock,
    private readonly onFire: (node: Timed | null) => void,
    private readonly onLost: (node: Timed) => void,
  ) {}

  /** Whether a wake-up of this instant has not fired yet. */
  get isDue(): boolean {
    return this.heap.nextDeadline <= this.clock.now();
  }

  /** Whether `node` is re-armed in its own wake-up with the same delay: then asyncScheduler continues the interval. */
  goesOn(node: Timed, delay: number): boolean {
    const { firing } = this;
    return firing?.node === node && firing.delay === delay;
  }

  /** Whether the wake-up of `node` has not fired yet, and only the clock knows that it comes after the one that fires. */
  isOvertaken(node: Timed): boolean {
    const { firing } = this;
    const wakeUp = this.byNode.get(node);
    if (wakeUp === undefined || firing === null) return false;
    return wakeUp.moment < firing.moment || !this.isOrderKnown(wakeUp, firing);
  }

  arm(node: Timed, delay: number, moment: number): void {
    const { firing } = this;
    if (firing !== null && this.goesOn(node, delay)) {
      // The interval keeps its place.
      firing.handle!.again();
      firing.isInterval = true;
      this.add(firing, moment, firing.order);
      return;
    }
    // Another delay ends the interval. Re-arming with the old delay in the same run does not restore it.
    if (firing?.node === node) this.firing = null;
    const wakeUp = new WakeUp(node, delay);
    wakeUp.handle = this.clock.arm(() => this.fire(wakeUp), delay);
    this.lastOrder = (this.lastOrder + 1) | 0;
    this.add(wakeUp, moment, this.lastOrder);
  }

  /** The node no longer needs its wake-up, if it still has one. */
  cancel(node: Timed): void {
    const wakeUp = this.byNode.get(node);
    if (wakeUp === undefined) return;
    this.remove(wakeUp);
    wakeUp.node = null;
    wakeUp.handle!.stop();
  }

  private fire(wakeUp: WakeUp): void {
    if (wakeUp.place === NOWHERE) return;
    for (let first = this.heap.first!; this.isLost(first, wakeUp); first = this.heap.first!) {
      const node = this.remove(first);
      if (node !== null) this.onLost(node);
    }
    const own = this.remove(wakeUp);
    this.firing = wakeUp;
    try {
      this.onFire(own);
    } finally {
      this.firing = null;
    }
  }

  /** Whether `first`, the first of the heap, should have fired before `wakeUp`, which fires, and never will. */
  private isLost(first: WakeUp, wakeUp: WakeUp): boolean {
    const isBefore = first !== wakeUp && (first.moment < wakeUp.moment || this.isOrderKnown(first, wakeUp));
    return isBefore && !first.handle!.isArmed?.();
  }

  private isOrderKnown(one: WakeUp, other: WakeUp): boolean {
    return this.clock.passedOverIsOver || !(one.isInterval || other.isInterval);
  }

  private add(wakeUp: WakeUp, moment: number, order: number): void {
    wakeUp.moment = moment;
    this.heap.add(wakeUp, moment, order);
    this.byNode.set(wakeUp.node!, wakeUp);
  }

  /** Removes a wake-up, and returns the node that still waits for it, if any. */
  private remove(wakeUp: WakeUp): Timed | null {
    const { node } = wakeUp;
    this.heap.remove(wakeUp);
    wakeUp.place = NOWHERE;
    // Its task may have run in another wake-up, and armed a new one since.
    if (node === null || this.byNode.get(node) !== wakeUp) return null;
    this.byNode.delete(node);
    return node;
  }
}
