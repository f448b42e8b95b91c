// What the compiler infers for handles and verbs. Nobody runs this file: `npm run typecheck` fails when an inference changes.
import type { Observable } from 'rxjs';
import {
  bindToSequence,
  fromTask,
  keyed,
  type KeyedTaskRunner,
  type KeyRunner,
  postTaskAndReply,
  retrying,
  type Runner,
  type SequenceBound,
  steps,
  type TaskContext,
  type TaskFunction,
  type TaskHandle,
  type TaskRunner,
  type ThreadPool,
  timeLimit,
} from '../../src/index.js';
import { exactly } from './exactly.js';

interface Page {
  readonly title: string;
}
declare const pool: ThreadPool;
declare const runner: Runner;
declare const load: (signal: AbortSignal) => Promise<Page>;
declare const pages: () => Observable<Page>;

export async function handles(): Promise<void> {
  exactly<TaskHandle<number>>()(runner.postTask(() => 1));
  exactly<TaskHandle<Page>>()(runner.postTask(({ signal }) => load(signal)));
  exactly<TaskHandle<Page>>()(runner.postTask(pages));
  exactly<TaskHandle<void>>()(runner.postTask(() => {}));
  exactly<TaskHandle<Page | undefined>>()(
    runner.postTask(async ({ signal }) => (signal.aborted ? undefined : load(signal))),
  );
  exactly<TaskHandle<number>>()(runner.postDelayedTask(() => 1, 10));
  exactly<TaskHandle<number>>()((runner as TaskRunner).postTask(() => 1));
  exactly<Page>()(await pool.postTask(pages));
  exactly<string>()(await pool.postTask(() => 1).then((n) => n.toFixed()));
  runner.postTask((context) => exactly<TaskContext>()(context));
  runner.postTask(async (context) => exactly<Page>()(await context.waitFor(pool.postTask(pages))));

  // @ts-expect-error A task is a function.
  runner.postTask(1);
  // @ts-expect-error The context has no more than it says.
  runner.postTask(({ missing }) => missing as unknown);
  // @ts-expect-error The result is of the task's type.
  runner.postTask(() => 1) satisfies TaskHandle<string>;
}

export function taskAsObservable(): void {
  exactly<Observable<number>>()(fromTask(runner, () => 1));
  exactly<Observable<Page>>()(fromTask(runner, ({ signal }) => load(signal)));
  exactly<Observable<Page>>()(fromTask(pool, pages, { name: 'pages' }));
  // @ts-expect-error It needs a runner.
  fromTask(pages);
}

export function replies(): void {
  const task = ({ signal }: TaskContext): Promise<Page> => load(signal);
  exactly<TaskHandle<string>>()(postTaskAndReply(runner, task, ({ title }) => title, { on: runner }));
  exactly<TaskHandle<string>>()(postTaskAndReply(runner, task, async ({ title }) => title));
  exactly<TaskHandle<void>>()(postTaskAndReply(runner, task, (page) => exactly<Page>()(page)));
  exactly<TaskHandle<number>>()(postTaskAndReply(runner, pages, { next: ({ title }) => title.length }));
  exactly<TaskHandle<string | number>>()(
    postTaskAndReply(runner, task, { next: ({ title }) => title, error: () => 404 }),
  );
  exactly<TaskHandle<number | undefined>>()(postTaskAndReply(runner, task, { error: () => 404 }));
  postTaskAndReply(runner, task, { next: () => 1, error: (error) => exactly<unknown>()(error) });

  // @ts-expect-error The reply gets what the task gives.
  postTaskAndReply(runner, task, (page: number) => page);
  // @ts-expect-error An object with neither function is no reply.
  postTaskAndReply(runner, task, {});
}

export function stepByStep(): void {
  const count = steps(function* () {
    yield;
    return 1;
  });
  exactly<TaskFunction<number>>()(count);
  exactly<TaskHandle<number>>()(runner.postTask(count));
  const loading = steps(function* ({ signal }) {
    yield;
    return load(signal);
  });
  exactly<TaskFunction<Page>>()(loading);
  const pausing = steps(function* () {
    yield;
  });
  exactly<TaskFunction<void>>()(pausing);
  // @ts-expect-error A step gives nothing.
  steps(function* () {
    yield 1;
  });
  // @ts-expect-error Its steps are no promises.
  steps(async function* () {
    yield;
  });
}

export function functionsOfTasks(): void {
  const limited = timeLimit(100, ({ signal }) => load(signal));
  exactly<TaskFunction<Page>>()(limited);
  const retried = retrying(({ signal }) => load(signal), { count: 2 });
  exactly<TaskFunction<Page>>()(retried);
  exactly<TaskHandle<Page>>()(runner.postTask(retrying(timeLimit(100, pages), { count: 2 })));
}

export async function boundObjects(): Promise<void> {
  const list = bindToSequence(runner, () => new Set<string>());
  exactly<SequenceBound<Set<string>>>()(list);
  exactly<TaskHandle<number>>()(list.call(({ size }) => size));
  exactly<number>()(await list.call(async ({ size }) => size));
}

export function keys(): void {
  exactly<KeyedTaskRunner<string>>()(keyed(pool));
  const byNumber = keyed<number>(pool, { name: 'accounts' });
  exactly<KeyedTaskRunner<number>>()(byNumber);
  exactly<KeyRunner<number>>()(byNumber.runner(7));
  exactly<number[]>()(byNumber.keys());
  exactly<TaskHandle<string>>()(byNumber.runner(7).postTask(async () => 'seven'));
  // @ts-expect-error A key is of the type that was named.
  byNumber.runner('7');
}
