import { demand } from '../base/demand.js';
import { builtinModule } from '../host/builtin-module.js';
import { listenToPosts, runTasksInside } from '../kernel/current.js';
import { PostedTask } from '../kernel/posted-task.js';
import type { Task } from '../kernel/task.js';

/** Carries a context from the code that posts a task to the task. */
export interface ContextHook<C> {
  /** Returns the context of the calling code. */
  capture(): C;
  /** Calls `call` once, synchronously, in `context`, and returns its result. */
  run<R>(context: C, call: () => R): R;
}

let remove: (() => void) | null = null;

/**
 * Installs a context hook: from now on tasks run in the context of the code that posted them, such as the
 * `AsyncLocalStorage` of a request, or a zone of zone.js. Null, or another hook, replaces it, also for waiting tasks.
 *
 * ```ts
 * useContextHook(asyncContextHook()); // Node
 * useContextHook({ capture: () => Zone.current, run: (zone, call) => zone.run(call) }); // zone.js
 * ```
 *
 * - `postTask`, similar functions, and `schedule` capture the context. An action that is re-armed keeps its first context.
 * - The context is restored whenever the task's code is called: its function, the subscription to its observable, the steps
 *   of a generator. Whether it lasts across `await` depends on the hook.
 * - If `capture` throws, the post throws. If `run` throws, the task fails.
 * - Without a hook tasks run outside of any `AsyncLocalStorage` context, at no cost.
 *
 * @throws TypeError when `hook` is neither null nor an object with the two functions
 */
export function useContextHook<C>(hook: ContextHook<C> | null): void {
  const parts: Partial<ContextHook<C>> | null = hook;
  const isHook = parts === null || (typeof parts.capture === 'function' && typeof parts.run === 'function');
  demand(isHook, 'A context hook must have the functions capture and run', hook);
  remove?.();
  remove = hook === null ? null : install(hook);
}

/**
 * Makes the hook for Node's `AsyncLocalStorage`: every store of the program has the same value in a task as in the code
 * that posted it.
 *
 * ```ts
 * useContextHook(asyncContextHook());
 * requestId.run('42', () => runner.postTask(() => console.log(requestId.getStore()))); // prints 42
 * ```
 *
 * @throws Error where there is no `AsyncResource`
 */
export function asyncContextHook(): ContextHook<unknown> {
  const hooks = builtinModule('node:async_hooks') as AsyncHooks | undefined;
  const Resource = hooks?.AsyncResource;
  if (Resource === undefined)
    throw new Error('asyncContextHook() needs the AsyncResource of Node, which is not there.');
  return {
    // `AsyncLocalStorage.snapshot()` would do the same, but takes a hundred times as long in Node 20.
    capture: () => new Resource('task'),
    run: (resource, call) => (resource as Resource).runInAsyncScope(call),
  };
}

interface Resource {
  runInAsyncScope<R>(call: () => R): R;
}

/** The part of Node's `async_hooks` that is used here. */
interface AsyncHooks {
  readonly AsyncResource?: new (type: string) => Resource;
}

function install<C>(hook: ContextHook<C>): () => void {
  const contexts = new WeakMap<Task, { readonly value: C }>();
  const stopCapturing = listenToPosts((task) => contexts.set(task, { value: hook.capture() }));
  // Outermost: otherwise the captured context would hide those of the inner layers.
  const stopRestoring = runTasksInside((task, run) => {
    const context = contexts.get(task);
    return context === undefined ? run() : runIn(hook, context.value, task, run);
  }, true);
  return () => {
    stopCapturing();
    stopRestoring();
  };
}

/** Does not trust the hook: user code must not make a task get lost, run late, or end twice. */
function runIn<C>(hook: ContextHook<C>, context: C, task: Task, run: () => boolean): boolean {
  const state = { hasRun: false, isPending: false };
  const errors: unknown[] = [];
  try {
    hook.run(context, () => {
      if (state.hasRun) return;
      state.hasRun = true;
      try {
        state.isPending = run();
      } catch (error) {
        errors.push(error);
        throw error;
      }
    });
    if (!state.hasRun) throw new Error('A context hook must call what it is given before it returns.');
  } catch (error) {
    errors.push(error);
  }
  const { hasRun } = state;
  state.hasRun = true;
  if (errors.length === 0) return state.isPending;
  // The first error is the task's own, if it threw.
  const [error] = errors;
  // A task that has settled only continues to clean up, and must do so.
  if (!hasRun && task.closed) return run();
  if (!state.isPending) throw error;
  // While it is pending, it must end by itself. It is told to, or it might sleep for ever; but only once the loop knows that it is pending.
  const tell = (): void => {
    if (task instanceof PostedTask && !task.closed) task.abort(error);
    else task.fail(error);
  };
  task.sequence.scheduler.alarm(0, tell, task.keepAlive);
  return true;
}
