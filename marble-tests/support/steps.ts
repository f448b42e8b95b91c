import type { TaskContext, TaskRunner } from 'rxjs-task-runner';
import type { TaskEnvironment } from 'rxjs-task-runner/testing';

/** A task of so many steps of so many milliseconds of the one thread, after each of which it may give way. */
export const inSteps = (env: TaskEnvironment, steps: number, ms: number) =>
  function* () {
    for (let step = 0; step < steps; step++) {
      env.advanceClock(ms);
      yield;
    }
  };

/** The same with promises. */
export const awaiting = (env: TaskEnvironment, steps: number, ms: number) => async (context: TaskContext) => {
  for (let step = 0; step < steps; step++) {
    env.advanceClock(ms);
    if (context.shouldYield()) await context.yield();
  }
};

/** Posts a task that keeps the one thread for so many milliseconds. */
export const busy = (env: TaskEnvironment, runner: TaskRunner, name: string, ms: number, delay = 0) =>
  runner.postTask(() => env.advanceClock(ms), { name, delay });
