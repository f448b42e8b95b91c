import { performance } from 'node:perf_hooks';
import { type TaskFunction, ThreadPool } from 'rxjs-task-runner';
import { newThreads } from '../peers/threads.js';
import { type Measure, median, type Row } from '../rounds.js';
// What the threads do, on the loop.
import { spin } from '../threads/work.mjs';
import { type Scale, sized } from './sizes.js';

const LENGTHS = [0.01, 0.05, 0.1, 0.5, 1, 5, 20];
const THREADS = 2;
/** About how long the work of one figure is, in milliseconds. */
const ALL_WORK = 100;

/** Row 12: from what length on a task is better on a thread. */
export function threadPaysRows(scale: Scale): Row[] {
  return LENGTHS.map((length) => {
    const count = sized(Math.min(2_000, ALL_WORK / length), scale);
    const one = newThreads(THREADS, 1);
    const several = newThreads(THREADS, 8);
    const steps = (): number => Math.round(length * stepsPerMillisecond());
    return {
      title: `threads: when one pays, tasks of ${length} ms`,
      metrics: [
        { unit: 'tasks/s', better: 'more' },
        { unit: 'µs of the loop per task', better: 'less' },
      ],
      rounds: 21,
      warmUp: 3,
      allowance: 8_000,
      contenders: [
        { name: 'the loop', measure: posted(count, 1, () => () => spin(steps())) },
        { name: 'two threads', measure: posted(count, THREADS, () => one.tasks.spin(steps())) },
        {
          name: 'two threads, 8 tasks on each',
          measure: posted(count, THREADS * 8, () => several.tasks.spin(steps())),
        },
      ],
      notes: [`${count} tasks, posted to a pool at once.`],
      close: () => Promise.all([one.stop(), several.stop()]),
    };
  });
}

/** Posts so many tasks, and waits for all: how many are done in a second, and how long the loop is busy for each. */
function posted(count: number, workers: number, task: () => TaskFunction<number>): Measure {
  const pool = new ThreadPool({ workers });
  return async () => {
    // The threads have started.
    await pool.postTask(task());
    const before = performance.eventLoopUtilization();
    const start = performance.now();
    await Promise.all(Array.from({ length: count }, () => pool.postTask(task())));
    const elapsed = performance.now() - start;
    const { active } = performance.eventLoopUtilization(before);
    return [(count / elapsed) * 1e3, (active / count) * 1e3];
  };
}

let knownSteps = 0;

/** How fast this machine is, measured once. */
function stepsPerMillisecond(): number {
  if (knownSteps === 0) {
    const STEPS = 100_000;
    const times = Array.from({ length: 200 }, () => {
      const start = performance.now();
      spin(STEPS);
      return performance.now() - start;
    });
    knownSteps = STEPS / median(times);
  }
  return knownSteps;
}
