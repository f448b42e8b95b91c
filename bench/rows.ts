import {
  asapScheduler,
  asyncScheduler,
  observeOn,
  queueScheduler,
  range,
  type SchedulerLike,
  type Subscription,
} from 'rxjs';
import { ThreadPool } from 'rxjs-task-runner';
import { type Contender, repeated, type Row } from './rounds.js';

const runner = new ThreadPool({ name: 'bench' }).createSequencedTaskRunner();
const RUNNER = 'a runner';

/** So many times that some 200,000 tasks are run; less often where that would take long. */
function timesFor(count: number): number {
  return Math.min(200, Math.max(1, Math.round(200_000 / count)));
}

/** Calls `post` `count` times, and waits until all have run: M tasks per second. */
function burst(count: number, post: (task: () => void) => unknown): Contender {
  return repeated(
    timesFor(count),
    () =>
      new Promise((resolve) => {
        let left = count;
        const start = performance.now();
        const task = (): void => {
          if (--left === 0) resolve(count / (performance.now() - start) / 1e3);
        };
        for (let i = 0; i < count; i++) post(task);
      }),
  );
}

/** A burst of values through RxJS's own `observeOn`: M values per second. */
function observe(count: number, scheduler: SchedulerLike): Contender {
  return repeated(
    timesFor(count),
    () =>
      new Promise((resolve) => {
        const start = performance.now();
        range(0, count)
          .pipe(observeOn(scheduler))
          .subscribe({ complete: () => resolve(count / (performance.now() - start) / 1e3) });
      }),
  );
}

/** One action that arms itself again, with no delay: M runs per second. */
function rearm(count: number, scheduler: SchedulerLike): Contender {
  return () =>
    new Promise((resolve) => {
      const start = performance.now();
      let left = count;
      scheduler.schedule(function () {
        if (--left > 0) this.schedule();
        else resolve(count / (performance.now() - start) / 1e3);
      });
    });
}

/** A way to arm and cancel one task. */
interface Arming<Handle> {
  arm(task: () => void, delay: number): Handle;
  cancel(handle: Handle): void;
}

const noop = (): void => undefined;

function scheduling(scheduler: SchedulerLike): Arming<Subscription> {
  return { arm: (task, delay) => scheduler.schedule(task, delay), cancel: (handle) => handle.unsubscribe() };
}

const timeouts: Arming<NodeJS.Timeout> = {
  arm: (task, delay) => setTimeout(task, delay),
  cancel: (handle) => clearTimeout(handle),
};

/** Arms `count` random delays and cancels nine of ten: milliseconds. */
function delays<Handle>(count: number, { arm, cancel }: Arming<Handle>): Contender {
  return async () => {
    const handles: Handle[] = [];
    const start = performance.now();
    for (let i = 0; i < count; i++) handles.push(arm(noop, 10_000 + Math.random() * 1e6));
    for (let i = 0; i < count; i++) if (i % 10 !== 0) cancel(handles[i]!);
    const elapsed = performance.now() - start;
    for (let i = 0; i < count; i += 10) cancel(handles[i]!);
    return elapsed;
  };
}

/** Arms a delay and cancels it, over and over, as a debounce does: M pairs per second. */
function debounce<Handle>(count: number, { arm, cancel }: Arming<Handle>): Contender {
  return async () => {
    const start = performance.now();
    for (let i = 0; i < count; i++) cancel(arm(noop, 100));
    return count / (performance.now() - start) / 1e3;
  };
}

/** Bytes on the heap per pending task, without what holds its handle. */
function bytes<Handle>(count: number, delay: number, { arm, cancel }: Arming<Handle>): Contender {
  return async () => {
    const handles = new Array<Handle | null>(count).fill(null);
    globalThis.gc!();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < count; i++) handles[i] = arm(noop, delay);
    globalThis.gc!();
    const after = process.memoryUsage().heapUsed;
    for (const handle of handles) cancel(handle!);
    return (after - before) / count;
  };
}

/** All rows, for bursts and backlogs of `scale` times the usual size. */
export function rows(scale: number): Row[] {
  const sized = (count: number): number => Math.max(10, Math.round(count * scale));
  const bursts = [10_000, 100_000, 1_000_000].map((size): Row => {
    const count = sized(size);
    const contenders: Record<string, Contender> = {
      [RUNNER]: burst(count, (task) => runner.schedule(task)),
      setImmediate: burst(count, (task) => setImmediate(task)),
      asyncScheduler: burst(count, (task) => asyncScheduler.schedule(task)),
    };
    // Quadratic in its backlog: minutes at 100,000 and more.
    if (size <= 10_000) contenders['asapScheduler'] = burst(count, (task) => asapScheduler.schedule(task));
    return { title: `schedule, burst of ${count}`, unit: 'M tasks/s', better: 'more', rounds: 9, contenders };
  });
  const observed = [100, 1_000, 10_000, 100_000, 300_000].map((size): Row => {
    const count = sized(size);
    const contenders: Record<string, Contender> = { [RUNNER]: observe(count, runner) };
    if (size <= 10_000) {
      contenders['asapScheduler'] = observe(count, asapScheduler);
      contenders['asyncScheduler'] = observe(count, asyncScheduler);
    }
    return { title: `observeOn, burst of ${count}`, unit: 'M values/s', better: 'more', rounds: 7, contenders };
  });
  return [
    ...bursts,
    {
      title: 'an action that arms itself again, delay 0',
      unit: 'M runs/s',
      better: 'more',
      rounds: 7,
      contenders: {
        [RUNNER]: rearm(sized(300_000), runner),
        queueScheduler: rearm(sized(300_000), queueScheduler),
        asapScheduler: rearm(sized(100_000), asapScheduler),
      },
    },
    ...observed,
    {
      title: `${sized(300_000)} random delays, 90 % cancelled`,
      unit: 'ms',
      better: 'less',
      rounds: 5,
      contenders: {
        [RUNNER]: delays(sized(300_000), scheduling(runner)),
        setTimeout: delays(sized(300_000), timeouts),
        asyncScheduler: delays(sized(300_000), scheduling(asyncScheduler)),
      },
    },
    {
      title: 'arm a delay and cancel it',
      unit: 'M pairs/s',
      better: 'more',
      rounds: 7,
      contenders: {
        [RUNNER]: debounce(sized(300_000), scheduling(runner)),
        setTimeout: debounce(sized(300_000), timeouts),
        asyncScheduler: debounce(sized(300_000), scheduling(asyncScheduler)),
      },
    },
    ...[0, 1e6].map((delay): Row => ({
      title: `memory of a task that is ${delay === 0 ? 'queued' : 'delayed'}`,
      unit: 'bytes',
      better: 'less',
      rounds: 3,
      contenders: {
        [RUNNER]: bytes(sized(100_000), delay, scheduling(runner)),
        setTimeout: bytes(sized(100_000), delay, timeouts),
        asyncScheduler: bytes(sized(100_000), delay, scheduling(asyncScheduler)),
      },
    })),
  ];
}
