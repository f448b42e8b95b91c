import type { Observable } from 'rxjs';
import type { TaskContext } from '../types.js';

/** The last argument of a served task. */
export interface ThreadContext {
  /** Aborts when the task is cancelled in the program. Created on first use. */
  readonly signal: AbortSignal;
}

/** The tasks of a module, by name. Each gets its arguments, and then a {@link ThreadContext}. */
export type ServedTasks = Readonly<Record<string, (...args: never[]) => unknown>>;

/**
 * The arguments of a caller: all those of the served task, including optional ones, but without the context. Because the
 * context comes last, a task may have a rest parameter only if its type ends with the context.
 */
export type RemoteArguments<P extends readonly unknown[]> =
  Required<P> extends readonly [...unknown[], infer Last]
    ? IsContext<Last> extends true
      ? AllButLast<Given<P>>
      : Given<P>
    : number extends P['length']
      ? RestArguments<P>
      : Given<P>;

/** Any arguments for a task of unknown type; otherwise an error that says what is wrong. */
type RestArguments<P extends readonly unknown[]> = [P[number]] extends [never]
  ? unknown[]
  : [never: 'A served task may have no rest parameter: its context would be the last of it.'];

type AllButLast<P extends readonly unknown[]> = P extends readonly [...infer A, unknown] ? A : never;

/**
 * Makes optional parameters required but possibly undefined. They are boxed on the way, because `-?` would remove
 * `undefined` too.
 */
type Given<P extends readonly unknown[]> = Unboxed<{ [K in keyof P]-?: readonly [P[K]] }>;
type Unboxed<P extends readonly unknown[]> = { [K in keyof P]: P[K] extends readonly [infer V] ? V : never };

/** Whether a parameter is for the context: it has a signal, and nothing that a context does not have. */
type IsContext<Last> = unknown extends Last
  ? false
  : [Last] extends [{ readonly signal: AbortSignal }]
    ? [ThreadContext] extends [Last]
      ? true
      : false
    : false;

/** The result of a served task: a value, the value of a promise, or the values of a stream. */
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

/**
 * The task function of a call, for `postTask` and all verbs. If another task calls it with its own context, the call is a
 * part of that task.
 */
export type RemoteTask<R> = (context: TaskContext) => Observable<R>;

/** The served tasks as the program sees them: each function makes a task function from its arguments. */
export type RemoteTasks<T extends ServedTasks> = {
  readonly [K in keyof T]: (...args: RemoteArguments<Parameters<T[K]>>) => RemoteTask<RemoteResult<ReturnType<T[K]>>>;
};
