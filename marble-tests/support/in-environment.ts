import { firstValueFrom, timer } from 'rxjs';
import { ThreadPool } from 'rxjs-task-runner';
import { type MarbleHelpers, TaskEnvironment } from 'rxjs-task-runner/testing';
import { brief } from './tasks.js';

// Of a pool of their own, so that they neither wait for a worker of the test's pools nor hold one.
const bystanders = new ThreadPool({ workers: Infinity });
const heard = bystanders.createSequencedTaskRunner({ name: 'heard' });

/** So many milliseconds as a promise. */
export const sleep = (ms: number) => firstValueFrom(timer(ms, bystanders));

export interface EnvironmentHelpers {
  readonly env: TaskEnvironment;
  /** As in `marbles`: compared when the test is over. */
  readonly expectTasks: MarbleHelpers['expectTasks'];
  /** Shows when a promise settles, as a task in the row `heard`: of one name if it resolves, of another if it rejects. */
  hear(promise: PromiseLike<unknown>, resolved: string, rejected?: string): void;
}

/**
 * Runs a test in which promises settle. What it has posted is run when it returns, until time has run out, and then its
 * expectations are looked at, and that nothing is left.
 */
export async function inEnvironment(test: (helpers: EnvironmentHelpers) => unknown): Promise<void> {
  const env = new TaskEnvironment({ record: true });
  const hear: EnvironmentHelpers['hear'] = (promise, resolved, rejected) => {
    const mark = (name: string) => () => void heard.postTask(brief, { name });
    void promise.then(mark(resolved), rejected === undefined ? undefined : mark(rejected));
  };
  try {
    await test({ env, expectTasks: env.expectTasks.bind(env), hear });
    await env.advanceByAsync(1_000);
  } catch (error) {
    endQuietly(env);
    throw error;
  }
  env.dispose();
}

/** What went wrong before is what the test shall fail with. */
function endQuietly(env: TaskEnvironment): void {
  try {
    env.dispose({ allowPending: true });
  } catch {
    // Expectations that could not be met any more.
  }
}
