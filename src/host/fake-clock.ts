import type { FakeTimers } from './fake-timers.js';
import { LONGEST_TIMEOUT } from './host.js';
import { type FakeAsyncTime, currentFakeAsync } from './zone.js';
import type { SlotClock, WakeUpHandle } from './slot-clock.js';

/** What all fakes do alike. */
abstract class FakeClock implements SlotClock {
  readonly canWake = true;
  readonly passedOverIsOver = false;
  onEnd: () => void = () => undefined;

  abstract readonly leastDelay: number;
  abstract now(): number;
  abstract epoch(): number;
  abstract isInForce(): boolean;
  protected abstract start(call: () => void, delay: number): WakeUpHandle;

  /** In pieces, where a delay is longer than timers can be. */
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
 * One installation of fake timers. Wake-ups are asked of the clock itself, not of the globals: so they are armed and
 * cancelled in that clock even after the real timers are back.
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

  // `setSystemTime` moves `timers.now` and no timer; `timers.performance` is what stays monotonic then.
  now(): number {
    return this.timers.performance?.now() ?? this.timers.now;
  }

  epoch(): number {
    return this.timers.now;
  }

  isInForce(): boolean {
    return this.find() === this.timers;
  }

  /** By intervals, as asyncScheduler: one that goes on keeps its place among timers that are due with it. */
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
 * The time of one `fakeAsync` test. Wake-ups are plain time-outs of the zone in which they are asked for, so that `tick`
 * and `flush` of the test run them, and its end reports those that are left.
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
        // Outside of the test a number of its would be somebody else's.
        if (this.isInForce()) globalThis.clearTimeout(id);
      },
    };
  }
}
