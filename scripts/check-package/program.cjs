// The same as program.mjs, as CommonJS.
const { Worker } = require('node:worker_threads');
const { observeOn, of, toArray } = require('rxjs');
const { ThreadPool } = require('rxjs-task-runner');
const { handOver, taskMap } = require('rxjs-task-runner/operators');
const { scheduler, TaskController } = require('rxjs-task-runner/post-task');
const { Threads } = require('rxjs-task-runner/threads');
const { traceTasks } = require('rxjs-task-runner/tracing');

const pool = new ThreadPool({ workers: 2 });
const runner = pool.createSequencedTaskRunner();

async function main() {
  const answer = await runner.postTask(() => 42);
  if (answer !== 42) throw new Error(`postTask gave ${answer}`);

  const values = await new Promise((resolve, reject) => {
    of(1, 2, 3).pipe(observeOn(runner), toArray()).subscribe({ next: resolve, error: reject });
  });
  if (String(values) !== '1,2,3') throw new Error(`observeOn gave ${values}`);

  const doubled = await new Promise((resolve, reject) => {
    of(1, 2, 3)
      .pipe(
        handOver(runner, { capacity: 3 }),
        taskMap(runner, (value) => value * 2),
        toArray(),
      )
      .subscribe({ next: resolve, error: reject });
  });
  if (String(doubled) !== '2,4,6') throw new Error(`the operators gave ${doubled}`);

  const { signal } = new TaskController();
  if ((await scheduler.postTask(() => signal.priority, { signal })) !== 'user-visible')
    throw new Error('scheduler.postTask gave something else');

  const threads = new Threads(() => new Worker(require.resolve('./tasks.cjs')));
  if ((await pool.postTask(threads.tasks.double(21))) !== 42) throw new Error('a thread gave something else');

  let text = '';
  const decoder = new TextDecoder();
  const trace = traceTasks(new WritableStream({ write: (chunk) => void (text += decoder.decode(chunk)) }));
  await runner.postTask(() => 42, { name: 'traced' });
  await trace.stop();
  if (!JSON.parse(text).some(({ name }) => name === 'traced')) throw new Error('the trace lacks its task');

  if ((await import('rxjs-task-runner')).ThreadPool !== ThreadPool)
    throw new Error('import and require load two copies');
}

main();
