// The search box of docs/tutorial.md as a whole. Nobody types here, so that it does so itself, and shuts itself down.
import { Worker } from 'node:worker_threads';
import { Registry } from 'prom-client';
import { filter, firstValueFrom, share, Subject } from 'rxjs';
import { flush, steps, type TaskContext, ThreadPool, warnOfStalls } from 'rxjs-task-runner';
import { collectTaskMetrics } from 'rxjs-task-runner/metrics';
import { Threads } from 'rxjs-task-runner/threads';
import { indexing, pool, saving, ui } from './runners.js';
import type { Tasks } from './search.tasks.js';
import { answersTo } from './search-box.js';
import { createSearch } from './search.js';
import { WordIndex } from './word-index.js';
import { loadWords } from './words.js';

warnOfStalls();
const register = new Registry();
collectTaskMetrics({ register, runners: [pool] });

const threads = new Threads<Tasks>(() => new Worker(new URL('./search.worker.mjs', import.meta.url)), { size: 2 });
const onThreads = new ThreadPool({ name: 'threads', workers: threads.size });

const index = new WordIndex(loadWords());
const built = indexing.postTask(
  steps(() => index.build()),
  { name: 'build the index' },
);

const typed = new Subject<string>(); // in a page: fromEvent(input, 'input').pipe(map(() => input.value))
const answers = answersTo(typed, createSearch(index, onThreads, threads.tasks.similarWords)).pipe(share());
answers.subscribe(({ text, words }) => {
  console.log(`${text}: ${words.join(', ')}`);
  void saving.postTask((context) => save(text, context), { name: `save '${text}'` });
});

const saved: string[] = [];
async function save(text: string, context: TaskContext): Promise<void> {
  await context.sleep(20); // stands in for a database
  saved.push(text);
}

process.once('SIGTERM', () => void shutDown());

async function shutDown(): Promise<void> {
  typed.complete(); // no new work
  await flush(ui); // what is on its way to the user interface gets there
  const { ran, skipped, abandoned } = await pool.shutdown({ timeout: 5_000 });
  await onThreads.shutdown({ timeout: 1_000 });
  await threads.shutdown({ timeout: 1_000 });
  console.log(`shut down: ran [${ran.join()}] skipped [${skipped.join()}] abandoned [${abandoned.join()}]`);
  console.log(`saved: ${saved.join(', ')}`);
  const line = /^rxjs_task_runner_tasks_ended_total{runner="saving".*$/m.exec(await register.metrics());
  console.log(line?.[0]);
}

/** Presses the keys of a word, and waits for the answer to it. */
async function type(word: string): Promise<void> {
  const answered = firstValueFrom(answers.pipe(filter(({ text }) => text === word)));
  for (let length = 1; length <= word.length; length++) {
    typed.next(word.slice(0, length));
    await ui.postTask(() => undefined, { delay: 10 });
  }
  await answered;
}

await type('schedul'); // while the index is built
await built;
await type('sequenc'); // by the index
await type('priorety'); // by the threads
process.emit('SIGTERM', 'SIGTERM'); // as `kill` would

// It prints:
// → schedul: schedular, schedule, scheduled, scheduler, schedulers
// → sequenc: sequence, sequenced, sequencer, sequencers, sequences
// → priorety: priority, apriority, priorate, prioress, priorly
// → shut down: ran [save 'priorety'] skipped [] abandoned []
// → saved: schedul, sequenc, priorety
// → rxjs_task_runner_tasks_ended_total{runner="saving",priority="user-visible",kind="task",ending="finished"} 3
