// What the compiler infers for tasks on threads. Nobody runs this file: `npm run typecheck` fails when an inference changes.
// How each kind of served function looks from the program is in spec/remote/types.spec.ts.
import type { Observable } from 'rxjs';
import { fromTask, postTaskAndReply, type Runner, type TaskHandle, timeLimit } from '../../src/index.js';
import { inlineThreads, type RemoteTask, type ThreadContext, Threads } from '../../src/threads/index.js';
import { serveTasks, type TransferList, transfer } from '../../src/worker/index.js';
import { exactly } from './exactly.js';

declare const runner: Runner;
declare const worker: Worker;
declare const hash: (file: ArrayBuffer) => Promise<string>;

export const tasks = serveTasks({
  hash,
  primes: async function* (from: number, { signal }: ThreadContext) {
    for (let n = from; !signal.aborted; n++) yield n;
  },
});
type Tasks = typeof tasks;

export async function callsOfThreads(file: ArrayBuffer): Promise<void> {
  const threads = new Threads<Tasks>(() => worker, { size: 2 });
  exactly<[file: ArrayBuffer]>()([file] as Parameters<typeof threads.tasks.hash>);
  exactly<[from: number]>()([1] as Parameters<typeof threads.tasks.primes>);
  exactly<RemoteTask<string>>()(threads.tasks.hash(file));
  exactly<RemoteTask<number>>()(threads.tasks.primes(2));
  const call = threads.call('hash', [file], { transfer: [file] });
  exactly<RemoteTask<string>>()(call);
  exactly<Threads<Tasks>>()(threads.pinned('files'));

  exactly<TaskHandle<string>>()(runner.postTask(threads.tasks.hash(file)));
  exactly<string>()(await runner.postTask(threads.pinned('files').tasks.hash(file)));
  exactly<TaskHandle<string>>()(runner.postTask(timeLimit(100, threads.tasks.hash(file))));
  exactly<Observable<number>>()(fromTask(runner, threads.tasks.primes(2)));
  exactly<TaskHandle<number>>()(postTaskAndReply(runner, threads.tasks.hash(file), ({ length }) => length));

  // @ts-expect-error An argument of another type.
  threads.tasks.primes('2');
  // @ts-expect-error The context is not the caller's to give.
  threads.tasks.primes(2, { signal: new AbortController().signal });
  // @ts-expect-error There is no such task.
  threads.tasks.missing;
  // @ts-expect-error Nor by name.
  threads.call('missing', []);
}

export function inlineTasks(): void {
  const threads = inlineThreads({ double: (n: number) => 2 * n });
  exactly<RemoteTask<number>>()(threads.tasks.double(1));
  exactly<TaskHandle<number>>()(runner.postTask(threads.tasks.double(1)));
}

export function movedValues(file: ArrayBuffer, list: TransferList): void {
  exactly<ArrayBuffer>()(transfer(file, list));
}
