// Type-checked against the installed package, with nothing but the compiler's own default libraries.
import { observeOn, of, timer, type SchedulerLike, type Subscription } from 'rxjs';
import { ThreadPool } from 'rxjs-task-runner';

const pool = new ThreadPool({ workers: 2 });
const runner = pool.createSequencedTaskRunner();
export const schedulers: SchedulerLike[] = [pool, runner];

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
