import type { Observable } from 'rxjs';
import type { TaskContext } from '../types.js';

/** What a served task is given after its arguments. */
export interface ThreadContext {
  /** Aborts when the task is cancelled in the program. Made when it is first read. */
  readonly signal: AbortSignal;
}

/** The tasks of a module, by name. Each gets its arguments, and after them a {@link ThreadContext}. */
export type ServedTasks = Readonly<Record<string, (...args: never[]) => unknown>>;

/**
 * The arguments that a caller gives: all of a served task's, optional ones too, but not its context. A task may have no rest
 * parameter other than one that ends in the context, since the context comes last.
 */
export type RemoteArguments<P extends readonly unknown[]> =
  Required<P> extends readonly [...unknown[], infer Last]
    ? IsContext<Last> extends true
      ? AllButLast<Given<P>>
      : Given<P>
    : number extends P['length']
      ? RestArguments<P>
      : Given<P>;

/** Of a task of which nothing is known any arguments; else an error that says what is wrong. */
type RestArguments<P extends readonly unknown[]> = [P[number]] extends [never]
  ? unknown[]
  : [never: 'A served task may have no rest parameter: its context would be the last of it.'];

type AllButLast<P extends readonly unknown[]> = P extends readonly [...infer A, unknown] ? A : never;

/** Optional parameters become ones that may be undefined. Boxed meanwhile, since `-?` would take that away too. */
type Given<P extends readonly unknown[]> = Unboxed<{ [K in keyof P]-?: readonly [P[K]] }>;
type Unboxed<P extends readonly unknown[]> = { [K in keyof P]: P[K] extends readonly [infer V] ? V : never };

/** Whether a parameter is for the context: it has a signal, and nothing that a context has not. */
type IsContext<Last> = unknown extends Last
  ? false
  : [Last] extends [{ readonly signal: AbortSignal }]
    ? [ThreadContext] extends [Last]
      ? true
      : false
    : false;

/** What a served task gives: a value, what a promise has, or the values of a stream. */
export type RemoteResult<R> =
  R extends Observable<infer V>
    ? V
    : R extends PromiseLike<infer V>
      ? V
      : R extends AsyncGenerator<infer V, unknown, never> | Generator<infer V, unknown, never>
        ? V
        : R extends AsyncIterable<infer V>
          ? V
          : R;

/** A task function of a call: for `postTask` and all verbs, or, with the context of a task, a part of that task. */
export type RemoteTask<R> = (context: TaskContext) => Observable<R>;

/** The served tasks as the program sees them: each makes a task function of its arguments. */
export type RemoteTasks<T extends ServedTasks> = {
  readonly [K in keyof T]: (...args: RemoteArguments<Parameters<T[K]>>) => RemoteTask<RemoteResult<ReturnType<T[K]>>>;
};
