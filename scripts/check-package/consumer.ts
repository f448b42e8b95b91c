// Type-checked against the installed package, with nothing but the compiler's own default libraries.
import { observeOn, of, timer, type SchedulerLike, type Subscription } from 'rxjs';
import { ThreadPool } from 'rxjs-task-runner';
import { fromIterable, handOver, taskMap } from 'rxjs-task-runner/operators';

const pool = new ThreadPool({ workers: 2 });
const runner = pool.createSequencedTaskRunner();
export const schedulers: SchedulerLike[] = [pool, runner];

const letters = of(1, 2).pipe(
  handOver(runner, { capacity: 1, whenFull: 'drop-oldest' }),
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
