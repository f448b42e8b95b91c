// Run against the installed package: as an ES module, and what `require` finds next to it.
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { observeOn, of, toArray } from 'rxjs';
import { ThreadPool } from 'rxjs-task-runner';
import { handOver, taskMap } from 'rxjs-task-runner/operators';
import { install, scheduler, TaskController, TaskSignal } from 'rxjs-task-runner/post-task';
import { inlineThreads, Threads } from 'rxjs-task-runner/threads';
import { traceTasks } from 'rxjs-task-runner/tracing';

const pool = new ThreadPool({ workers: 2 });
const runner = pool.createSequencedTaskRunner();

const answer = await runner.postTask(() => 42);
if (answer !== 42) throw new Error(`postTask gave ${answer}`);

const values = await new Promise((resolve, reject) => {
  of(1, 2, 3).pipe(observeOn(runner), toArray()).subscribe({ next: resolve, error: reject });
});
if (String(values) !== '1,2,3') throw new Error(`observeOn gave ${values}`);

// The operators know the runners of the core entry: there is one copy of each class.
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

// The web's scheduler: a signal of its own, and globals only where it is asked to.
const controller = new TaskController({ priority: 'background' });
const ran = [];
const late = scheduler.postTask(() => ran.push('late'), {
  signal: TaskSignal.any([], { priority: controller.signal }),
});
await scheduler.postTask(async () => {
  await scheduler.yield();
  ran.push('first');
});
await late;
if (String(ran) !== 'first,late') throw new Error(`scheduler.postTask ran ${ran}`);
const globals = {};
install(globals);
if (globals.scheduler !== scheduler) throw new Error('install defines no scheduler');

// Module state (the global pool, the loop of each clock) must exist once in a process, however it was loaded.
if (createRequire(import.meta.url)('rxjs-task-runner').ThreadPool !== ThreadPool) {
  throw new Error('import and require load two copies');
}

// A thread whose module serves tasks, and the same on this loop. That the program ends shows that idle threads let it.
const served = await pool.postTask(inlineThreads({ double: (n) => 2 * n }).tasks.double(21));
const threads = new Threads(() => new Worker(new URL('./tasks.mjs', import.meta.url)));
if ((await pool.postTask(threads.tasks.double(21))) !== served) throw new Error('a thread gave something else');

// A trace of a task, in a stream that keeps it.
let text = '';
const decoder = new TextDecoder();
const trace = traceTasks(new WritableStream({ write: (chunk) => void (text += decoder.decode(chunk)) }));
await runner.postTask(() => 42, { name: 'traced' });
await trace.stop();
if (!JSON.parse(text).some(({ name }) => name === 'traced')) throw new Error('the trace lacks its task');
