// Repeating tasks and time-outs. In virtual time, so that a second takes no second, and prints the same every time.
import { ThreadPool } from 'rxjs-task-runner';
import { TaskEnvironment } from 'rxjs-task-runner/testing';

const env = new TaskEnvironment();
const pool = new ThreadPool({ name: 'app' });
const start = pool.now();
const at = (): string => `${pool.now() - start} ms`;

/** Takes so many milliseconds; gives up when its task does. */
const wait = (delay: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = pool.schedule(() => resolve(), delay);
    signal?.addEventListener('abort', () => {
      timer.unsubscribe();
      resolve();
    });
  });

/** A runner of its own for each, or they would wait for each other. */
function repeat(name: string, mode: 'fixed-delay' | 'fixed-rate', ifLate: 'skip' | 'run-once', costs: number[]): void {
  const runs: string[] = [];
  const runner = pool.createSequencedTaskRunner({ name });
  const handle = runner.postRepeatingTask(
    async () => {
      runs.push(at());
      await wait(costs.shift() ?? 0);
      if (costs.length === 0) {
        handle.cancel();
        console.log(`${name}: ${runs.join(', ')}`);
      }
    },
    { interval: 100, initialDelay: 0, mode, ifLate },
  );
  handle.then(undefined, () => undefined); // it ends by being cancelled
}

// Runs that take 30 ms, and one that takes 250.
repeat('from end to start', 'fixed-delay', 'skip', [30, 250, 30, 30]);
repeat('at a fixed rate, late ones skipped', 'fixed-rate', 'skip', [30, 250, 30, 30]);
repeat('at a fixed rate, once for all late ones', 'fixed-rate', 'run-once', [30, 250, 30, 30]);
await env.advanceByAsync(2_000);

// Two different things: to wait for too long, and to run for too long.
const runner = pool.createSequencedTaskRunner({ name: 'mail' });
const begun = pool.now();
const since = (): string => `after ${pool.now() - begun} ms`;
const slow = runner.postTask(({ signal }) => wait(500, signal), { name: 'slow', runTimeout: 200 });
const stale = runner.postTask(() => 'never', { name: 'stale', queueTimeout: 100 });
const patient = runner.postTask(() => 'done', { name: 'patient', queueTimeout: 1_000 });

slow.then(undefined, (error: unknown) => console.log(since(), String(error)));
stale.then(undefined, (error: unknown) => console.log(since(), String(error)));
patient.then((result) => console.log(since(), `patient is ${result}`));
await env.advanceByAsync(1_000);
env.dispose();

// → at a fixed rate, once for all late ones: 0 ms, 100 ms, 350 ms, 400 ms
// → at a fixed rate, late ones skipped: 0 ms, 100 ms, 400 ms, 500 ms
// → from end to start: 0 ms, 130 ms, 480 ms, 610 ms
// → after 100 ms TaskRejectedError: Rejected, since it has waited for longer than its queueTimeout: task 'stale' of 'mail'.
// → after 200 ms TimeoutError: Timed out, since it has run for longer than its runTimeout of 200 ms: task 'slow' of 'mail'.
// → after 200 ms patient is done
