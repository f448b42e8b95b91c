import { expect } from 'chai';
import { type Observable, timer } from 'rxjs';
import {
  bounded,
  postRepeatingTask,
  type RepeatingTaskHandle,
  type RepeatOptions,
  stats,
  type TaskRunner,
  timeLimit,
} from 'rxjs-task-runner';
import { marbles } from 'rxjs-task-runner/testing';
import { brief, lasting } from '../support/tasks.js';

/** Repeats a task of so many frames until a frame. */
function repeat(runner: TaskRunner, frames: number, until: number, options: RepeatOptions): RepeatingTaskHandle {
  const handle = postRepeatingTask(runner, frames === 0 ? brief : lasting(frames), { ...options, name: 'r' });
  timer(until).subscribe(() => handle.cancel());
  return handle;
}

describe('A repeating task runs again and again, and never overlaps itself', () => {
  const alone = (frames: number, until: number, options: RepeatOptions, expected: string) =>
    marbles(({ runner, expectTasks }) => {
      repeat(runner({ name: 'runner' }), frames, until, options);
      expectTasks().toBe({ runner: expected });
    });

  it("with 'fixed-delay', the default, the interval lies between the end of a run and the start of the next", () => {
    alone(2, 16, { interval: 3 }, '---r=---r=---r=-');
    alone(2, 16, { interval: 3, mode: 'fixed-delay' }, '---r=---r=---r=-');
  });

  it("with 'fixed-rate' runs are due at whole intervals, however long they take", () => {
    alone(2, 18, { interval: 3, mode: 'fixed-rate' }, '---r=-r=-r=-r=-r=');
  });

  it('the first run is due in an interval, or in initialDelay', () => {
    alone(0, 10, { interval: 4 }, '----r---r-');
    alone(0, 10, { interval: 4, initialDelay: 0 }, 'r---r---r-');
    alone(0, 10, { interval: 4, initialDelay: 1, mode: 'fixed-rate' }, '-r---r---r');
  });

  it('a run that takes as long as its interval is followed by the next one at once', () => {
    alone(3, 8, { interval: 3, initialDelay: 0, mode: 'fixed-rate' }, 'r==r==r=!');
  });

  it("one that takes longer waits for the next that is due: 'skip', the default", () => {
    alone(4, 17, { interval: 3, initialDelay: 0, mode: 'fixed-rate' }, 'r===--r===--r===-');
  });

  it("or, with 'run-once', runs once for all that were due meanwhile, at once", () => {
    alone(7, 20, { interval: 3, initialDelay: 0, mode: 'fixed-rate', ifLate: 'run-once' }, 'r======r======r=====!');
  });

  it('on a parallel runner it does not overlap itself either', () => {
    marbles(({ pool, expectTasks }) => {
      const io = pool.createParallelTaskRunner({ maxConcurrency: 4, name: 'io' });
      repeat(io, 4, 17, { interval: 3, initialDelay: 0, mode: 'fixed-rate' });
      expectTasks().toBe({ io: 'r===--r===--r===-' });
    });
  });
});

describe('A repeating task that is late since its sequence is held', () => {
  const held = (options: Omit<RepeatOptions, 'interval' | 'initialDelay'>, expected: string) =>
    marbles(({ runner, expectTasks }) => {
      const page = runner({ name: 'page' });
      repeat(page, 0, 20, { interval: 3, initialDelay: 0, ...options });
      page.postDelayedTask(lasting(10), 1, { name: 'a' });
      expectTasks().toBe({ page: expected });
    });

  it("runs when its turn comes, once, and with 'fixed-delay' goes on from there", () => {
    held({ mode: 'fixed-delay' }, 'ra=========r--r--r-');
  });

  it("with 'fixed-rate' it is back in its rhythm after that: no drift, and no burst", () => {
    held({ mode: 'fixed-rate' }, 'ra=========rr--r--r');
    held({ mode: 'fixed-rate', ifLate: 'run-once' }, 'ra=========rr--r--r');
  });
});

describe('A repeating task that is run now', () => {
  const runNow = (frames: number, at: readonly number[], options: RepeatOptions, expected: string) =>
    marbles(({ runner, expectTasks }) => {
      const handle = repeat(runner({ name: 'runner' }), frames, expected.trim().length, options);
      for (const frame of at) timer(frame).subscribe(() => handle.runNow());
      expectTasks().toBe({ runner: expected });
    });

  it("runs at once instead of after its delay, and with 'fixed-delay' the interval begins at the end of that run", () => {
    runNow(0, [2], { interval: 5 }, '   --r----r----r-');
    runNow(2, [2], { interval: 5 }, '   --r=-----r=-----r=-');
    runNow(0, [2, 3], { interval: 5 }, '--rr----r----r-');
  });

  it("with 'fixed-rate' leaves the run out that it stands for, and the others come when they would have", () => {
    runNow(0, [7], { interval: 5, mode: 'fixed-rate' }, '      -----r-r-------r----r-');
    runNow(2, [7], { interval: 5, mode: 'fixed-rate' }, '      -----r=r=------r=---r=-');
    runNow(0, [7, 8, 9], { interval: 5, mode: 'fixed-rate' }, '-----r-rrr-----r----r-');
  });

  it('runs once more after the run that goes on, however often it is asked', () => {
    runNow(3, [5, 6], { interval: 4 }, '                    ----r==r==----r==-');
    runNow(3, [5, 6], { interval: 4, mode: 'fixed-rate' }, '----r==r==--r==-r==-');
  });

  it('once, when it is queued behind a task that holds its sequence', () => {
    marbles(({ runner, expectTasks }) => {
      const page = runner({ name: 'page' });
      const handle = repeat(page, 0, 13, { interval: 5 });
      page.postDelayedTask(lasting(6), 1, { name: 'a' });
      for (const frame of [2, 3, 6]) timer(frame).subscribe(() => handle.runNow());
      expectTasks().toBe({ page: '-a=====r----r' });
    });
  });
});

describe('A repeating task ends', () => {
  const ends = (expected: string, end: (runner: Repeating) => void, work?: () => Observable<unknown>) => {
    marbles({ onTaskError: brief }, ({ pool, expectTasks }) => {
      const runner = pool.createSequencedTaskRunner({ name: 'runner' });
      const options = { interval: 3, initialDelay: 0 };
      const handle = postRepeatingTask(runner, work ?? lasting(2), { ...options, name: 'r' });
      end({ handle, runner });
      expectTasks().toBe({ runner: expected });
    });
  };

  it('when its handle is cancelled between two runs', () => {
    ends('r=---r=---', ({ handle }) => timer(9).subscribe(() => handle.cancel()));
  });

  it('when its handle is cancelled during a run, which ends at once', () => {
    ends('r=---r!', ({ handle }) => timer(6).subscribe(() => handle.cancel()));
  });

  it('with a shutdown of its runner, after the run that has begun', () => {
    ends('r=---r=', ({ runner }) => timer(6).subscribe(() => void runner.shutdown()));
  });

  it('when a run fails', () => {
    let runs = 0;
    ends('r=---r=---(r#)', brief, () => {
      if (++runs === 3) throw new Error('boom');
      return timer(2);
    });
  });

  it('when a run takes longer than its time limit', () => {
    marbles({ onTaskError: brief }, ({ runner, expectTasks }) => {
      let runs = 0;
      const work = timeLimit(3, () => timer(2 * ++runs));
      postRepeatingTask(runner({ name: 'runner' }), work, { interval: 2, name: 'r' });
      expectTasks().toBe({ runner: '--r=--r==#' });
    });
  });
});

describe('A repeating task is a task like others', () => {
  it('that misses a run when its queue is full', () => {
    marbles(({ pool, flush, expectTasks }) => {
      const queue = bounded(1, 'drop-newest');
      const runner = pool.createSequencedTaskRunner({ name: 'runner', queue });
      repeat(runner, 0, 13, { interval: 3, initialDelay: 0, mode: 'fixed-rate' });
      runner.postDelayedTask(lasting(6), 1, { name: 'a' });
      runner.postDelayedTask(lasting(2), 2, { name: 'b' });
      expectTasks().toBe({ runner: 'ra=====b=r--r' });
      flush();
      expect(stats(runner).dropped).to.equal(2);
    });
  });

  it('with a priority, which may change between runs', () => {
    marbles({ workers: 1 }, ({ runner, expectTasks }) => {
      const page = runner({ name: 'page' });
      const handle = repeat(runner({ name: 'poll', priority: 'best-effort' }), 0, 18, { interval: 4 });
      for (const frame of [4, 10, 16]) page.postDelayedTask(lasting(2), frame, { name: 'a' });
      timer(14).subscribe(() => handle.setPriority('user-blocking'));
      expectTasks().toBe({
        'user-blocking': '----------------r-',
        'user-visible': ' ----a=----a=----a=',
        'best-effort': '  ------r-----r-----',
      });
    });
  });
});

interface Repeating {
  readonly handle: RepeatingTaskHandle;
  readonly runner: { shutdown(): Promise<unknown> };
}
