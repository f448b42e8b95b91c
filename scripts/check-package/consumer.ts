// Type-checked against the installed package, with nothing but the compiler's own default libraries: each entry is imported,
// so all declarations are checked, and those of what is internal are not there.
import { observeOn, of, timer, type SchedulerLike, type Subscription } from 'rxjs';
import {
  bindToSequence,
  configure,
  DeferredHandle,
  keyed,
  type KeyedTaskRunner,
  postTaskAndReply,
  type Runner,
  type SequenceBound,
  type TaskHandle,
  type TaskRunner,
  ThreadPool,
} from 'rxjs-task-runner';
import { fromIterable, handOver, taskMap } from 'rxjs-task-runner/operators';
import { install, scheduler, TaskController, TaskSignal } from 'rxjs-task-runner/post-task';
import { inlineThreads, type RemoteTasks, type ThreadContext, Threads } from 'rxjs-task-runner/threads';
import { attributeLongTasks, measureTasks, type TaskTrace, traceTasks } from 'rxjs-task-runner/tracing';
import { serveTasks, transfer } from 'rxjs-task-runner/worker';
import { marbles, recordTasks, TaskEnvironment, type TaskRecorder } from 'rxjs-task-runner/testing';

const pool = new ThreadPool({ workers: 2 });
const runner: Runner = pool.createSequencedTaskRunner();
export const schedulers: SchedulerLike[] = [pool, runner, runner.withPriority('best-effort')];
configure({ turnBudget: undefined, maxWait: { background: Infinity } });

const letters = of(1, 2).pipe(
  handOver(runner.withPriority('background'), { capacity: 1, whenFull: 'drop-oldest' }),
  taskMap(runner, (value) => Promise.resolve(`${value}`)),
);
letters.subscribe((letter) => letter.toUpperCase());
const accounts: KeyedTaskRunner<string> = keyed<string>(pool);
fromIterable(accounts, ['a'], (word) => word.length, { key: (word) => word }).subscribe();

export async function main(): Promise<number> {
  const handle = runner.postTask(() => 42);
  const subscription: Subscription = handle;
  subscription.add(of(1, 2, 3).pipe(observeOn(runner)).subscribe());
  subscription.add(timer(10, runner).subscribe());

  const answer: number = await handle;
  // @ts-expect-error A task's type is the type of what it gives: this fails to fail if the types have become `any`.
  const wrong: string = await handle;
  return answer + wrong.length;
}

export const wrongly = [
  // @ts-expect-error A scheduler of RxJS's is no runner.
  (scheduler: SchedulerLike) => of(1).pipe(handOver(scheduler, { capacity: 1 })),
  // @ts-expect-error Nor does a runner look like one from inside.
  (inside: Runner) => inside.sequenceOn,
];
export const bound: SequenceBound<number> = bindToSequence(runner, () => 7);
export const handled: TaskHandle<string | undefined> = postTaskAndReply(
  runner,
  () => 7,
  { error: () => 'a' },
  { on: runner },
);

/** Somebody else's runner. */
export const others: TaskRunner = {
  name: 'others',
  traits: runner.traits,
  priority: 'user-visible',
  now: () => 0,
  schedule: runner.schedule.bind(runner),
  postTask: <T>() => new DeferredHandle<T>(),
  withPriority: (priority) => runner.withPriority(priority),
  isCurrent: () => false,
};
others.postTask(() => 1).cancel();

marbles(({ expectObservable }) => expectObservable(of(1)).toBe('(a|)', { a: 1 }));
export const recorder: TaskRecorder = recordTasks();
export const environment = new TaskEnvironment();

const tasks = serveTasks({
  length: (text: string, { signal }: ThreadContext) => (signal.aborted ? 0 : text.length),
  bytes: (size: number) => {
    const bytes = new Uint8Array(size);
    return transfer(bytes, [bytes.buffer]);
  },
  rows: async function* (count: number) {
    for (let i = 0; i < count; i++) yield `${i}`;
  },
});
export const remote: RemoteTasks<typeof tasks> = inlineThreads(tasks).tasks;
export const threads = new Threads<typeof tasks>(() => new Worker('tasks.js'));
export async function inThreads(): Promise<number> {
  const last: string = await pool.postTask(threads.tasks.rows(3));
  // @ts-expect-error The context is not an argument.
  pool.postTask(threads.tasks.length('a', {}));
  const bytes: Uint8Array = await pool.postTask(threads.tasks.bytes(8));
  return last.length + bytes.length + (await pool.postTask(threads.tasks.length('text')));
}

export const trace: TaskTrace = traceTasks(new WritableStream<Uint8Array>(), { name: 'consumer' });
export const dropped: Promise<number> = trace.stop().then((report) => report.dropped);
export const measuring: Subscription = measureTasks({ keep: 10 });
measuring.add(attributeLongTasks({ report: ({ culprits }) => culprits.map(({ name, ran }) => `${name}: ${ran}`) }));
const controller = new TaskController({ priority: 'background' });
const followed: TaskSignal = TaskSignal.any([controller.signal], { priority: controller.signal });
followed.onprioritychange = ({ previousPriority }) => previousPriority.toUpperCase();
export const posted: Promise<number> = scheduler.postTask(() => Promise.resolve(7), { signal: followed, delay: 5 });
export const restore: () => void = install({}, { force: true });
// @ts-expect-error The web has another word for it.
controller.setPriority('best-effort');
