import { demand } from '../base/demand.js';
import { builtinModule } from '../host/builtin-module.js';
import { listenToPosts, runTasksInside } from '../kernel/current.js';
import type { Task } from '../kernel/task.js';

/** How the context of whoever posts a task gets to the task. */
export interface ContextHook<C> {
  /** The context of the code that calls it. */
  capture(): C;
  /** Calls `call` once, synchronously, inside of `context`, and returns what it returns. */
  run<R>(context: C, call: () => R): R;
}

let remove: (() => void) | null = null;

/**
 * From now on tasks run in the context of the code that posted them: a request's `AsyncLocalStorage`, a zone of zone.js.
 * With null, or another hook, that ends, for tasks which are waiting too.
 *
 * ```ts
 * useContextHook(asyncContextHook()); // Node
 * useContextHook({ capture: () => Zone.current, run: (zone, call) => zone.run(call) }); // zone.js
 * ```
 *
 * - It is captured by `postTask` and its kin, and by `schedule`: an action that is armed again keeps its first context.
 * - It is restored whenever the task's code is called: its function, the subscription to its observable, the steps of a
 *   generator. Across `await` it goes as far as the hook's means carry it.
 * - A hook that throws while it captures throws to whoever posts; one that throws while it restores fails the task.
 * - Without a hook tasks run outside of any `AsyncLocalStorage`, and nothing is paid for.
 *
 * @throws TypeError when `hook` is neither null nor has the two functions
 */
export function useContextHook<C>(hook: ContextHook<C> | null): void {
  const parts: Partial<ContextHook<C>> | null = hook;
  const isHook = parts === null || (typeof parts.capture === 'function' && typeof parts.run === 'function');
  demand(isHook, 'A context hook must have the functions capture and run', hook);
  remove?.();
  remove = hook === null ? null : install(hook);
}

/**
 * The hook for Node's `AsyncLocalStorage`: a task finds in every store of the program what whoever posted it would.
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
    // `AsyncLocalStorage.snapshot()` says the same in one word, and takes a hundred times as long in Node 20.
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

/** Trusts the hook with nothing: a task must not be lost, run late, or end twice, through anybody's code. */
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
  // The first is the task's own, if it threw.
  const [error] = errors;
  // One that has settled only goes on to clean up, and must.
  if (!hasRun && task.closed) return run();
  if (!state.isPending) throw error;
  // While it is pending it has to end by itself, whatever became of it.
  task.fail(error);
  return true;
}
