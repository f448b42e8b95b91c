import {
  type CostRules,
  expectTasks,
  type MarbleHelpers,
  recordTasks,
  TaskEnvironment,
  virtualCost,
} from 'rxjs-task-runner/testing';

export interface ThreadHelpers {
  readonly env: TaskEnvironment;
  /** As in `marbles`: who ran when. */
  readonly expectTasks: MarbleHelpers['expectTasks'];
}

/**
 * Runs a test in which work takes time from the one thread, as it does in production: while a task of `blocks`
 * milliseconds runs, nothing else does. So what is first and what is next can be seen in the diagram.
 *
 * The test posts; what it has posted is run when it returns, until nothing is ready, and then it is looked at.
 */
export function onOneThread(rules: CostRules, test: (helpers: ThreadHelpers) => void): void {
  const env = new TaskEnvironment();
  const recorder = recordTasks();
  try {
    virtualCost(rules);
    // Bound, so that a failure names the line of the test.
    test({ env, expectTasks: expectTasks.bind(undefined, recorder) });
    env.runUntilIdle();
    recorder.verify();
  } finally {
    recorder.detach();
    env.dispose();
  }
}
