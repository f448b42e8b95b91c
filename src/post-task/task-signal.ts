import { demand } from '../base/demand.js';
import type { PostedTask } from '../kernel/posted-task.js';
import { anyAbort, isNativeSound, reasonOf } from './any-abort.js';
import { demandPriority, type WebTaskPriority } from './priority.js';
import { moveWaiting, type PrioritySource } from './priority-source.js';
import type { TaskQueue } from './task-queue.js';
import { TaskPriorityChangeEvent } from './task-priority-change-event.js';

/** Options of {@link TaskSignal.any}. */
export interface TaskSignalAnyInit {
  /** The priority, or a signal whose priority to follow. Defaults to `'user-visible'`. */
  readonly priority?: WebTaskPriority | TaskSignal | undefined;
}

type Listener = (event: TaskPriorityChangeEvent) => void;

/**
 * An `AbortSignal` with a priority, which applies to all tasks and continuations with this signal.
 *
 * `TaskController` makes a signal whose priority can change, {@link TaskSignal.any} one that follows others. A signal
 * dispatches `'prioritychange'` when its priority has changed. There is no constructor: `new TaskSignal()` throws a
 * TypeError.
 *
 * ```ts
 * const signal = TaskSignal.any([controller.signal, AbortSignal.timeout(1_000)], { priority: controller.signal });
 * scheduler.postTask(prefetch, { signal });
 * ```
 */
export class TaskSignal extends AbortSignal {
  /**
   * Makes a signal that aborts when one of `signals` does. It has its own priority, or follows that of another signal.
   *
   * @throws TypeError when `signals` is not an iterable of abort signals, or the priority does not exist
   */
  static override any(signals: Iterable<AbortSignal>, init: TaskSignalAnyInit = {}): TaskSignal {
    const { priority = 'user-visible' } = init;
    const all = [...signals];
    for (const one of all) demand(one instanceof AbortSignal, 'A signal to follow must be an AbortSignal', one);
    const followed = typeof priority === 'object' ? facets.get(priority) : undefined;
    if (followed === undefined) demandPriority('The option priority', priority);
    const isFixed = followed === undefined || followed.waiting === null;
    const facet = new PriorityFacet(followed?.priority ?? (priority as WebTaskPriority), isFixed);
    const signal = toTaskSignal(anyAbort(all), facet);
    if (followed !== undefined && !isFixed) {
      facet.source = followed.source ?? followed;
      facet.source.followers.add(signal);
    }
    return signal;
  }

  /** The current priority. */
  get priority(): WebTaskPriority {
    return facetOf(this).priority;
  }

  /** A listener of `'prioritychange'`, like the web's event handler attributes; null if there is none. */
  get onprioritychange(): Listener | null {
    return facetOf(this).listener;
  }

  /** Replaces that listener. A value that is not a function removes it. */
  set onprioritychange(listener: Listener | null) {
    const facet = facetOf(this);
    // As with every such attribute, its turn among the listeners is that of the first one that was set.
    if (!facet.isListening && typeof listener === 'function') {
      facet.isListening = true;
      this.addEventListener('prioritychange', (event) => {
        if (event instanceof TaskPriorityChangeEvent) facet.listener?.call(this, event);
      });
    }
    facet.listener = typeof listener === 'function' ? listener : null;
  }
}

/** What a task signal has beside its abort signal. */
class PriorityFacet implements PrioritySource {
  readonly waiting: Map<PostedTask<void>, TaskQueue> | null;
  /** The one of a controller that it follows. */
  source: PriorityFacet | null = null;
  /** The signals that follow it, oldest first. */
  readonly followers = new Set<TaskSignal>();
  isChanging = false;
  listener: Listener | null = null;
  isListening = false;

  constructor(
    public priority: WebTaskPriority,
    isFixed: boolean,
  ) {
    this.waiting = isFixed ? null : new Map();
  }
}

const facets = /* @__PURE__ */ new WeakMap<AbortSignal, PriorityFacet>();

/** Makes a task signal of a plain one: a runtime lets nobody else construct abort signals. */
export function toTaskSignal(signal: AbortSignal, facet: PriorityFacet): TaskSignal {
  if (!isNativeSound()) tellOfMarks();
  facets.set(signal, facet);
  return Object.setPrototypeOf(signal, TaskSignal.prototype) as TaskSignal;
}

/** Makes the signal of a controller, whose priority can change. */
export function withPriority(signal: AbortSignal, priority: WebTaskPriority): TaskSignal {
  return toTaskSignal(signal, new PriorityFacet(priority, false));
}

/** The priority of a signal, as what waits for its turn follows it; undefined for a plain `AbortSignal`. */
export function prioritySourceOf(signal: AbortSignal | null): PrioritySource | undefined {
  return signal === null ? undefined : facets.get(signal);
}

/**
 * Changes the priority of a signal, of what waits with it, and of the signals that follow it.
 *
 * @throws DOMException 'NotAllowedError' when a listener calls it that hears of a change of this very signal
 */
export function changePriority(signal: TaskSignal, priority: WebTaskPriority): void {
  const facet = facetOf(signal);
  if (facet.isChanging) {
    throw new DOMException('A listener of "prioritychange" may not change that priority.', 'NotAllowedError');
  }
  const { priority: previousPriority } = facet;
  if (previousPriority === priority) return;
  facet.isChanging = true;
  try {
    facet.priority = priority;
    moveWaiting(facet);
    signal.dispatchEvent(new TaskPriorityChangeEvent('prioritychange', { previousPriority }));
    for (const follower of facet.followers) changePriority(follower, priority);
  } finally {
    facet.isChanging = false;
  }
}

function facetOf(signal: AbortSignal): PriorityFacet {
  const facet = facets.get(signal);
  demand(facet !== undefined, 'A TaskSignal must be made by a TaskController or TaskSignal.any()', signal);
  return facet;
}

let doesTell = false;

/** Where the runtime's own `AbortSignal.any` is not used, a signal may have aborted before the runtime knows. */
function tellOfMarks(): void {
  if (doesTell) return;
  doesTell = true;
  const own = (name: 'aborted' | 'reason'): PropertyDescriptor =>
    Object.getOwnPropertyDescriptor(AbortSignal.prototype, name)!;
  const [aborted, reason] = [own('aborted'), own('reason')];
  Object.defineProperties(TaskSignal.prototype, {
    aborted: {
      ...aborted,
      get(this: TaskSignal): boolean {
        return reasonOf(this) !== undefined || (aborted.get!.call(this) as boolean);
      },
    },
    reason: {
      ...reason,
      get(this: TaskSignal): unknown {
        const known = reasonOf(this);
        return known === undefined ? reason.get!.call(this) : known.reason;
      },
    },
    throwIfAborted: {
      configurable: true,
      writable: true,
      value(this: TaskSignal): void {
        if (this.aborted) throw this.reason;
      },
    },
  });
}
