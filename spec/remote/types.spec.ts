import type { Worker as NodeWorker } from 'node:worker_threads';
import { expect } from 'chai';
import type { Observable } from 'rxjs';
import type { TaskHandle } from '../../src/index.js';
import { fromTask, ThreadPool } from '../../src/index.js';
import { inlineThreads, type RemoteArguments, type RemoteResult, type ThreadContext } from '../../src/threads/index.js';
import type { Threads, WorkerLike } from '../../src/threads/index.js';
import type { Equal } from '../types/exactly.js';

/** Compiles only if the two types are the same. */
function same<A, B>(isSame: Equal<A, B>): void {
  expect(isSame).to.equal(true);
}

const served = {
  value: (text: string): number => text.length,
  promise: async (n: number, { signal }: ThreadContext): Promise<string> => `${n} ${signal.aborted}`,
  stream: (query: { readonly words: string[] }, context: ThreadContext): Observable<Date> => [query, context] as never,
  *generator(n: number): Generator<number, string> {
    yield n;
    return 'done';
  },
  async *rows(path: string): AsyncGenerator<{ path: string }> {
    yield { path };
  },
  onlyContext: ({ signal }: ThreadContext): boolean => signal.aborted,
  partOfContext: ({ signal }: { signal: AbortSignal }): boolean => signal.aborted,
  optional: (a: number, b?: string): string => `${a} ${b}`,
  optionalBeforeContext: (a: number, b?: string, context?: ThreadContext): string =>
    `${a} ${b} ${context === undefined}`,
  anyObject: (options: object): object => options,
  options: (options: { limit?: number }): number => options.limit ?? 0,
  unknown: (value: unknown): unknown => value,
  nothing: (): void => undefined,
  generic: <V>(list: V[]): V | undefined => list[0],
  overRest: (...all: [...number[], ThreadContext]): number => all.length,
  rest: (...all: number[]): number => all.length,
};
type Served = typeof served;
type ArgumentsOf<K extends keyof Served> = RemoteArguments<Parameters<Served[K]>>;
type ResultOf<K extends keyof Served> = RemoteResult<ReturnType<Served[K]>>;

describe('The types of tasks on threads', () => {
  it('have the arguments of the served task without its context', () => {
    same<ArgumentsOf<'value'>, [text: string]>(true);
    same<ArgumentsOf<'promise'>, [n: number]>(true);
    same<ArgumentsOf<'stream'>, [query: { readonly words: string[] }]>(true);
    same<ArgumentsOf<'onlyContext'>, []>(true);
    same<ArgumentsOf<'partOfContext'>, []>(true);
    same<ArgumentsOf<'nothing'>, []>(true);
    same<ArgumentsOf<'overRest'>, number[]>(true);
  });

  it('demand optional arguments, which may be undefined, since the context comes after them', () => {
    same<ArgumentsOf<'optional'>, [a: number, b: string | undefined]>(true);
    same<ArgumentsOf<'optionalBeforeContext'>, [a: number, b: string | undefined]>(true);
  });

  it('do not take an argument of another type for the context', () => {
    same<ArgumentsOf<'anyObject'>, [options: object]>(true);
    same<ArgumentsOf<'options'>, [options: { limit?: number }]>(true);
    same<ArgumentsOf<'unknown'>, [value: unknown]>(true);
  });

  it('have the results of values, promises, observables and generators', () => {
    same<ResultOf<'value'>, number>(true);
    same<ResultOf<'promise'>, string>(true);
    same<ResultOf<'stream'>, Date>(true);
    same<ResultOf<'generator'>, number>(true);
    same<ResultOf<'rows'>, { path: string }>(true);
    same<ResultOf<'nothing'>, ReturnType<Served['nothing']>>(true);
    same<ResultOf<'unknown'>, unknown>(true);
  });

  it('are inferred where tasks are posted, and wrong calls do not compile', async () => {
    const threads = inlineThreads(served);
    const { tasks } = threads;
    const pool = new ThreadPool();
    const posted: TaskHandle<number> = pool.postTask(tasks.value('abc'));
    const stream: Observable<{ path: string }> = fromTask(pool, tasks.rows('/'));
    const called: TaskHandle<string> = pool.postTask(threads.call('promise', [1], { terminate: true }));
    stream;
    expect([await posted, await called]).to.deep.equal([3, '1 false']);

    // Never called: only compiled.
    const wrong = (): unknown[] => [
      // @ts-expect-error -- an argument of another type
      tasks.value(1),
      // @ts-expect-error -- one too few
      tasks.value(),
      // @ts-expect-error -- one too many: the context is not the caller's to give
      tasks.promise(1, { signal: new AbortController().signal }),
      // @ts-expect-error -- a task that is not served
      tasks.missing,
      // @ts-expect-error -- an optional argument that is left out, so that the context would take its place
      tasks.optional(1),
      // @ts-expect-error -- a rest parameter would get the context, too
      tasks.rest(1, 2),
      // @ts-expect-error -- the same by name
      threads.call('value', [1]),
      // @ts-expect-error -- a name that is not served
      threads.call('missing', []),
      // @ts-expect-error -- an option that there is not
      threads.call('value', ['a'], { tranfser: [] }),
      // @ts-expect-error -- a result of another type
      pool.postTask(tasks.value('abc')) satisfies TaskHandle<string>,
    ];
    expect(wrong).to.be.a('function');
  });

  it('take the workers of Node and of the web', () => {
    const node = (worker: NodeWorker): WorkerLike => worker;
    const web = (worker: Worker): WorkerLike => worker;
    const pinned = (threads: Threads<Served>): Threads<Served> => threads.pinned('db');
    expect([node, web, pinned]).to.have.lengthOf(3);
  });
});
