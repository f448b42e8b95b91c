// Type-checked against the installed package, with nothing but the compiler's own default libraries: each entry is imported,
// so all declarations are checked, and those of what is internal are not there.
import { observeOn, of, timer, type SchedulerLike, type Subscription } from 'rxjs';
import {
  bindToSequence,
  configure,
  KeyedTaskRunner,
  ParallelTaskRunner,
  SequenceBound,
  SequencedTaskRunner,
  type TaskHandle,
  ThreadPool,
} from 'rxjs-task-runner';
import { fromIterable, handOver, taskMap } from 'rxjs-task-runner/operators';
import { marbles, recordTasks, TaskEnvironment, type TaskRecorder } from 'rxjs-task-runner/testing';

const pool = new ThreadPool({ workers: 2 });
const runner = pool.createSequencedTaskRunner();
export const schedulers: SchedulerLike[] = [pool, runner, runner.withPriority('best-effort')];
configure({ turnBudget: undefined, maxWait: { background: Infinity } });

const letters = of(1, 2).pipe(
  handOver(runner.withPriority('background'), { capacity: 1, whenFull: 'drop-oldest' }),
  taskMap(runner, (value) => Promise.resolve(`${value}`)),
);
letters.subscribe((letter) => letter.toUpperCase());
fromIterable(pool.keyed<string>(), ['a'], (word) => word.length, { key: (word) => word }).subscribe();

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
  // @ts-expect-error Others make what has no constructor of its own: pool.keyed(),
  () => new KeyedTaskRunner<string>(),
  // @ts-expect-error pool.createSequencedTaskRunner(),
  () => new SequencedTaskRunner({ name: 'a' }),
  // @ts-expect-error pool.createParallelTaskRunner(),
  () => new ParallelTaskRunner({ maxConcurrency: 2 }),
  // @ts-expect-error bindToSequence().
  () => new SequenceBound<number>(),
  // @ts-expect-error A scheduler of RxJS's is no runner.
  (scheduler: SchedulerLike) => of(1).pipe(handOver(scheduler, { capacity: 1 })),
];
export const bound: SequenceBound<number> = bindToSequence(runner, () => 7);
export const handled: TaskHandle<string | undefined> = runner.postTaskAndReply(() => 7, { error: () => 'a' }, runner);

marbles(({ expectObservable }) => expectObservable(of(1)).toBe('(a|)', { a: 1 }));
export const recorder: TaskRecorder = recordTasks();
export const environment = new TaskEnvironment();
