import { hostFunctions, setRef } from './host-functions.js';
import { MORE, NOTHING, type Pump, REST, type Step, type Verdict } from './host.js';
import { outside } from './outside.js';

/** How many immediates a wake-up arms: one for the posted task, one to find out that there is no more work. */
const FIRST_BATCH = 2;
/** The maximum for one iteration of the event loop. A step then costs 40 ns, where a single immediate costs 800. */
const LARGEST_BATCH = 512;

/**
 * Steps by `setImmediate`, in batches. Node (like Bun and Deno) runs all microtasks between two immediates of an iteration,
 * as between two timers. Each immediate is a new async resource, so no task's `AsyncLocalStorage` context leaks into
 * another.
 *
 * - The last immediate of an iteration arms the batch of the next one, twice as many as were used.
 * - A step that returns `REST` arms the next batch, and the remaining immediates of this batch do nothing. Clearing them
 *   would cost more.
 * - After a step that returns `NOTHING` the remaining ones do nothing either, unless a microtask posts a task.
 *
 * Its states, by `isAwake` and by the immediates to come, of which the first `stale` are left over from an ended turn:
 *
 * | state      | isAwake | immediates to come                                  |
 * | ---------- | ------- | --------------------------------------------------- |
 * | asleep     | no      | none, or some that do nothing                       |
 * | awake      | yes     | `left > stale`: the next live one is the next step  |
 * | on a timer | yes     | `timers > 0`: where a step must not keep Node alive |
 */
export class ImmediatePump implements Pump {
  private isAwake = false;
  /** Whether the coming steps keep the process alive. */
  private doesKeepAlive = false;
  /** Immediates to come, and how many of them are left over from a turn that has ended. */
  private left = 0;
  private stale = 0;
  /**
   * Coming timers, and whether they keep the process alive. They are not counted with the immediates, because a timer that
   * does not keep the process alive may never come.
   */
  private timers = 0;
  private doTimersKeepAlive = false;
  /** The function that armed them. */
  private timedBy: unknown = undefined;
  /** How many of this iteration were used. */
  private used = 0;
  private isFirst = true;
  /** The function that armed the coming steps. If it was replaced, they may be lost. */
  private armedBy: unknown = undefined;
  private readonly soon: Soon;
  private readonly later: Soon;
  isSure = false;

  constructor(
    private readonly step: Step,
    private readonly keepsAlive: () => boolean,
  ) {
    this.soon = new Soon(this.tick);
    this.later = new Soon(this.timerTick);
  }

  wake(keepAlive: boolean): void {
    const { setImmediate, setTimeout } = hostFunctions();
    const isLost = (this.isAwake || this.left > 0) && this.armedBy !== setImmediate && this.armedBy !== setTimeout;
    const isEnough = this.isAwake && (this.doesKeepAlive || !keepAlive);
    if (isEnough && !isLost) return;
    if (isLost) this.left = this.stale = this.timers = 0;
    // Immediates of this iteration that are left from a turn with nothing more to do are reused.
    const isComing = !this.isAwake && this.left > this.stale && keepAlive;
    if (!isComing) this.arm(FIRST_BATCH, keepAlive);
    this.isAwake = true;
    this.doesKeepAlive = keepAlive;
    this.isSure = keepAlive && this.armedBy === FIRST.setImmediate;
  }

  private readonly tick = (): void => {
    if (this.left > 0) this.left--;
    if (this.stale > 0) {
      this.stale--;
      return;
    }
    this.run();
  };

  private readonly timerTick = (): void => {
    if (this.timers > 0) this.timers--;
    this.run();
  };

  private run(): void {
    if (!this.isAwake) return;
    this.used++;
    let verdict: Verdict = REST;
    try {
      const { isFirst } = this;
      this.isFirst = false;
      this.isSure = true;
      verdict = this.step(isFirst);
    } finally {
      this.after(verdict);
    }
  }

  private after(verdict: Verdict): void {
    if (verdict === NOTHING) {
      this.isAwake = this.isSure = false;
      this.isFirst = true;
      if (this.left === 0) this.used = 0;
    } else if (verdict !== MORE || this.left === this.stale) {
      const size = Math.min(LARGEST_BATCH, this.used * 2);
      const keepAlive = this.keepsAlive();
      this.used = 0;
      this.isFirst = true;
      this.stale = this.left;
      this.isAwake = this.isSure = false;
      const areSound = this.timers > 0 && this.timedBy === hostFunctions().setTimeout;
      const isComing = areSound && (this.doTimersKeepAlive || !keepAlive);
      if (!isComing) this.arm(size, keepAlive);
      this.isAwake = true;
      this.doesKeepAlive = keepAlive;
      this.isSure = keepAlive && !isComing && this.armedBy === FIRST.setImmediate;
    }
  }

  /** Arms at least one step, or throws without having changed anything. */
  private arm(size: number, keepAlive: boolean): void {
    const { setImmediate, setTimeout } = hostFunctions();
    if (setImmediate !== undefined && keepAlive) {
      const armed = outside(() => this.soon.ask(setImmediate, size));
      this.left += armed;
      this.armedBy = setImmediate;
      if (armed > 0) return;
    }
    // Without an immediate that keeps the process alive, Node waits for the next event, however long. A timer fires in
    // time.
    const handle = outside(() => this.later.askTimer(setTimeout));
    setRef(handle, keepAlive);
    if (this.timedBy !== setTimeout) this.timers = 0;
    this.doTimersKeepAlive = keepAlive || (this.timers > 0 && this.doTimersKeepAlive);
    this.timers++;
    this.timedBy = setTimeout;
    this.armedBy = setTimeout;
  }
}

/** The functions when this module was loaded. */
const FIRST = { setImmediate: globalThis.setImmediate as unknown, setTimeout: globalThis.setTimeout };

/**
 * Asks functions of the host to call back soon. One that calls back at once is a stub of a test, and one may throw: then
 * others are asked.
 */
class Soon {
  private isAsking = false;
  private wasCalled = false;

  constructor(private readonly tick: () => void) {}

  /** How many of `count` immediates are sure to come. */
  ask(setImmediate: (run: () => void) => unknown, count: number): number {
    // The genuine one is not asked twice, since a step costs less than the question.
    const call = setImmediate === FIRST.setImmediate ? this.tick : this.call;
    let armed = 0;
    this.begin();
    try {
      for (; armed < count; armed++) {
        setImmediate(call);
        if (this.wasCalled) return armed;
      }
    } catch {
      // A full stack, or a function that throws once. Those that were armed before are enough.
    } finally {
      this.isAsking = false;
    }
    return armed;
  }

  askTimer(setTimeout: typeof globalThis.setTimeout): unknown {
    this.begin();
    try {
      const handle = setTimeout(this.call, 0);
      return this.wasCalled ? FIRST.setTimeout(this.tick, 0) : handle;
    } finally {
      this.isAsking = false;
    }
  }

  private begin(): void {
    this.isAsking = true;
    this.wasCalled = false;
  }

  private readonly call = (): void => {
    if (this.isAsking) this.wasCalled = true;
    else this.tick();
  };
}
