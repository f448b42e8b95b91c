import { builtinModule } from '../host/builtin-module.js';
import type { PrioritySource } from './priority-source.js';

/** What a continuation inherits from the task that it is part of. */
export interface SchedulingState {
  readonly abortSource: AbortSignal | null;
  readonly prioritySource: PrioritySource;
}

/** Knows of which task the code is that asks. */
export interface States {
  /** Of code that runs now; undefined when it is part of no task. */
  current(): SchedulingState | undefined;
  /** Calls the code of a task. */
  run<R>(state: SchedulingState, call: () => R): R;
  /** Calls what continues a task, whose code then runs in the microtask after. */
  resume(state: SchedulingState | undefined, call: () => void): void;
}

/**
 * For runtimes that carry nothing across `await`: knows a task in its synchronous part, and directly after each
 * `await scheduler.yield()`.
 */
export class PlainStates implements States {
  private state: SchedulingState | undefined = undefined;

  current(): SchedulingState | undefined {
    return this.state;
  }

  run<R>(state: SchedulingState | undefined, call: () => R): R {
    const outer = this.state;
    this.state = state;
    try {
      return call();
    } finally {
      this.state = outer;
    }
  }

  resume(state: SchedulingState | undefined, call: () => void): void {
    this.state = state;
    call();
    // After the microtask that goes on, which has just been queued.
    void Promise.resolve().then(() => {
      this.state = undefined;
    });
  }
}

/** For Node and its kin: `AsyncLocalStorage` carries the state across all that is awaited. */
class AsyncStates implements States {
  constructor(
    private readonly storage: Storage,
    private readonly hooks: AsyncHooks,
  ) {}

  /**
   * In the web a timer belongs to no task, and in Node it has the context of whoever has set it. So the state does not count
   * directly in the callback of a timer, unless that is the very one that runs the task.
   */
  current(): SchedulingState | undefined {
    const inside = this.storage.getStore();
    const resource = this.hooks.executionAsyncResource();
    return inside === undefined || (inside.resource !== resource && isTimer(resource)) ? undefined : inside.state;
  }

  run<R>(state: SchedulingState, call: () => R): R {
    return this.storage.run({ state, resource: this.hooks.executionAsyncResource() }, call);
  }

  resume(_state: SchedulingState | undefined, call: () => void): void {
    call();
  }
}

interface Inside {
  readonly state: SchedulingState;
  readonly resource: unknown;
}

interface Storage {
  getStore(): Inside | undefined;
  run<R>(inside: Inside, call: () => R): R;
}

/** The part of Node's `async_hooks` that is used here. */
interface AsyncHooks {
  readonly AsyncLocalStorage: new () => Storage;
  executionAsyncResource(): unknown;
}

function isTimer(resource: unknown): boolean {
  const { name } = (resource as { constructor?: { name?: string } }).constructor ?? {};
  return name === 'Timeout' || name === 'Immediate';
}

/** The best that the runtime can do. */
export function makeStates(): States {
  const hooks = builtinModule('node:async_hooks') as Partial<AsyncHooks> | undefined;
  if (typeof hooks?.AsyncLocalStorage !== 'function' || typeof hooks.executionAsyncResource !== 'function') {
    return new PlainStates();
  }
  return new AsyncStates(new hooks.AsyncLocalStorage(), hooks as AsyncHooks);
}
