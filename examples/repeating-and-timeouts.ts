// Repeating tasks and time-outs. The program runs in virtual time, so it ends at once and always prints the same.
import { postRepeatingTask, ThreadPool, timeLimit } from 'rxjs-task-runner';
import { TaskEnvironment } from 'rxjs-task-runner/testing';

const env = new TaskEnvironment();
const pool = new ThreadPool({ name: 'app' });
const start = pool.now();
const at = (): string => `${pool.now() - start} ms`;

/** Each repetition gets a runner of its own. On one runner they would wait for each other. */
function repeat(name: string, mode: 'fixed-delay' | 'fixed-rate', ifLate: 'skip' | 'run-once', costs: number[]): void {
  const runs: string[] = [];
  const runner = pool.createSequencedTaskRunner({ name });
  const handle = postRepeatingTask(
    runner,
    async (context) => {
      runs.push(at());
      await context.sleep(costs.shift() ?? 0);
      if (costs.length === 0) {
        handle.cancel();
        console.log(`${name}: ${runs.join(', ')}`);
      }
    },
    { interval: 100, initialDelay: 0, mode, ifLate },
  );
  handle.then(undefined, () => undefined); // cancelling it rejects the handle
}

// Three runs take 30 ms, and one takes 250 ms.
repeat('from end to start', 'fixed-delay', 'skip', [30, 250, 30, 30]);
repeat('at a fixed rate, late ones skipped', 'fixed-rate', 'skip', [30, 250, 30, 30]);
repeat('at a fixed rate, once for all late ones', 'fixed-rate', 'run-once', [30, 250, 30, 30]);
await env.advanceByAsync(2_000);

// A failed run ends the repetition, or is reported while the repetition goes on.
const feed = new ThreadPool({ onTaskError: (error) => console.log('reported:', (error as Error).message) });
let polls = 0;
const polling = postRepeatingTask(
  feed,
  () => {
    if (++polls === 2) throw new Error('poll 2 failed');
  },
  { interval: 100, ifFailed: 'continue' },
);
polling.then(undefined, () => undefined);
await env.advanceByAsync(450);
polling.cancel();
console.log('polls:', polls);

// Waiting for too long and running for too long are two different things.
const runner = pool.createSequencedTaskRunner({ name: 'mail' });
const begun = pool.now();
const since = (): string => `after ${pool.now() - begun} ms`;
const slow = runner.postTask(
  timeLimit(200, (context) => context.sleep(500)),
  { name: 'slow' },
);
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
// → reported: poll 2 failed
// → polls: 4
// → after 100 ms TaskRejectedError: Rejected, since it has waited for longer than its queueTimeout: task 'stale' of 'mail'.
// → after 200 ms TimeoutError: Timed out, since it has run for longer than its limit of 200 ms: task 'slow' of 'mail'.
// → after 200 ms patient is done
