import type { FakeTimers } from './fake-timers.js';
import { LONGEST_TIMEOUT } from './host.js';
import { type FakeAsyncTime, currentFakeAsync } from './zone.js';
import type { SlotClock, WakeUpHandle } from './slot-clock.js';

/** The common part of all fake clocks. */
abstract class FakeClock implements SlotClock {
  readonly canWake = true;
  readonly passedOverIsOver = false;
  onEnd: () => void = () => undefined;

  abstract readonly leastDelay: number;
  abstract now(): number;
  abstract epoch(): number;
  abstract isInForce(): boolean;
  protected abstract start(call: () => void, delay: number): WakeUpHandle;

  /** In parts, if a delay is longer than the longest timer. */
  arm(call: () => void, delay: number): WakeUpHandle {
    if (delay <= LONGEST_TIMEOUT) return this.start(call, Math.ceil(delay));
    const pieces: { handle: WakeUpHandle | null } = { handle: null };
    const next = (rest: number): void => {
      const piece = Math.min(rest, LONGEST_TIMEOUT);
      pieces.handle = this.start(() => (rest > piece ? next(rest - piece) : call()), Math.ceil(piece));
    };
    if (delay !== Infinity) next(delay);
    return { again: () => next(delay), stop: () => pieces.handle?.stop() };
  }

  later(run: () => void): void {
    this.start(run, 0);
  }

  throughDriver(run: () => void): void {
    run();
  }
}

/**
 * One installation of fake timers. Wake-ups are requested from the clock itself, not through the globals. So they can be
 * armed and cancelled in that clock even after the real timers are restored.
 */
export class FakeTimersClock extends FakeClock {
  constructor(
    private readonly timers: FakeTimers,
    private readonly find: () => FakeTimers | undefined,
  ) {
    super();
  }

  get leastDelay(): number {
    return this.timers.duringTick === true ? 1 : 0;
  }

  // `setSystemTime` changes `timers.now` but moves no timer. `timers.performance` stays monotonic.
  now(): number {
    return this.timers.performance?.now() ?? this.timers.now;
  }

  epoch(): number {
    return this.timers.now;
  }

  isInForce(): boolean {
    return this.find() === this.timers;
  }

  /**
   * Uses intervals, like asyncScheduler: a continuing interval keeps its place among timers that are due at the same time.
   */
  protected override start(call: () => void, delay: number): WakeUpHandle {
    const { timers } = this;
    const state: { goesOn: boolean } = { goesOn: false };
    const stop = (): void => timers.clearInterval(id);
    const id = timers.setInterval(() => {
      state.goesOn = false;
      try {
        call();
      } finally {
        // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- the call may have set it
        if (!state.goesOn) stop();
      }
    }, delay);
    return { again: () => (state.goesOn = true), stop, isArmed: () => timers.timers?.has?.(Number(id)) };
  }
}

/**
 * The time of one `fakeAsync` test. Wake-ups are plain time-outs of the zone in which they are requested. So `tick` and
 * `flush` of the test run them, and the end of the test reports those that are left.
 */
export class FakeAsyncClock extends FakeClock {
  readonly leastDelay = 0;

  constructor(private readonly time: FakeAsyncTime) {
    super();
  }

  now(): number {
    return this.time.getCurrentTickTime();
  }

  epoch(): number {
    return this.time.getFakeSystemTime();
  }

  isInForce(): boolean {
    return currentFakeAsync() === this.time;
  }

  protected override start(call: () => void, delay: number): WakeUpHandle {
    let id = globalThis.setTimeout(call, delay);
    return {
      again: () => {
        id = globalThis.setTimeout(call, delay);
      },
      stop: () => {
        // Outside of the test the same number would belong to another timer.
        if (this.isInForce()) globalThis.clearTimeout(id);
      },
    };
  }
}
