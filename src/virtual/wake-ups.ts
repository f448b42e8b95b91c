import { DeadlineHeap, type HeapNode } from '../base/deadline-heap.js';
import type { Timed } from '../kernel/delay-manager.js';
import type { SlotClock, WakeUpHandle } from '../host/slot-clock.js';

const NOWHERE = -1;

/** The wake-up that one task, or alarm, has armed. */
class WakeUp implements HeapNode {
  place = NOWHERE;
  order = 0;
  moment = NaN;
  /** Whether it fires again: its place among those it is due with is known only in a `run()`. */
  isInterval = false;
  handle: WakeUpHandle | null = null;

  constructor(
    public node: Timed | null,
    readonly delay: number,
  ) {}
}

/**
 * One wake-up per task on a clock that is somebody else's, armed and recycled exactly when and as `asyncScheduler` would
 * for an action of its own. So they interleave with all else that the clock runs as its actions do.
 *
 * They fire by (moment, order), so whatever stands before the one that fires was lost: with the `run()` it was posted in,
 * or by somebody who cleared all timers. But an interval that goes on keeps its place in a `run()`, and in some fake
 * clocks; in others it goes behind those it is due with. And a fake clock that jumps fires all that it has jumped over in an
 * order of its own.
 */
export class WakeUps {
  private readonly heap = new DeadlineHeap<WakeUp>();
  private readonly byNode = new Map<Timed, WakeUp>();
  private lastOrder = 0;
  private firing: WakeUp | null = null;

  /**
   * @param onFire called when a wake-up fires, with the node it was armed for, unless that has armed another one since
   * @param onLost called with whatever had a wake-up that never will
   */
  constructor(
    private readonly clock: SlotClock,
    private readonly onFire: (node: Timed | null) => void,
    private readonly onLost: (node: Timed) => void,
  ) {}

  /** Whether one is still to fire at this moment. */
  get isDue(): boolean {
    return this.heap.nextDeadline <= this.clock.now();
  }

  /** Whether `node` is armed in its own wake-up, with the same delay: asyncScheduler lets the interval go on then. */
  goesOn(node: Timed, delay: number): boolean {
    const { firing } = this;
    return firing?.node === node && firing.delay === delay;
  }

  /** Whether the wake-up of `node` is still to fire, after the one that fires, and only the clock knows that. */
  isOvertaken(node: Timed): boolean {
    const { firing } = this;
    const wakeUp = this.byNode.get(node);
    if (wakeUp === undefined || firing === null) return false;
    return wakeUp.moment < firing.moment || !this.isOrderKnown(wakeUp, firing);
  }

  arm(node: Timed, delay: number, moment: number): void {
    const { firing } = this;
    if (firing !== null && this.goesOn(node, delay)) {
      // Which keeps its place.
      firing.handle!.again();
      firing.isInterval = true;
      this.add(firing, moment, firing.order);
      return;
    }
    // Another delay ends the interval; to arm it with its own once more, in the same run, does not bring it back.
    if (firing?.node === node) this.firing = null;
    const wakeUp = new WakeUp(node, delay);
    wakeUp.handle = this.clock.arm(() => this.fire(wakeUp), delay);
    this.lastOrder = (this.lastOrder + 1) | 0;
    this.add(wakeUp, moment, this.lastOrder);
  }

  /** The node needs its wake-up no more, if it still has one. */
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

  /** Takes a wake-up out; the node that waits for it, if any still does. */
  private remove(wakeUp: WakeUp): Timed | null {
    const { node } = wakeUp;
    this.heap.remove(wakeUp);
    wakeUp.place = NOWHERE;
    // Its task may have run in another's wake-up, and armed a new one since.
    if (node === null || this.byNode.get(node) !== wakeUp) return null;
    this.byNode.delete(node);
    return node;
  }
}
