import { demandOptions } from '../base/demand.js';
import { abortWithFollowers, isNativeSound } from './any-abort.js';
import { demandPriority, type WebTaskPriority } from './priority.js';
import { changePriority, type TaskSignal, withPriority } from './task-signal.js';

/** What a {@link TaskController} may be told when it is made. */
export interface TaskControllerInit {
  /** Defaults to `'user-visible'`. */
  readonly priority?: WebTaskPriority | undefined;
}

/**
 * An `AbortController` whose signal has a priority that can change.
 *
 * ```ts
 * const controller = new TaskController({ priority: 'background' });
 * scheduler.postTask(prefetch, { signal: controller.signal });
 * controller.setPriority('user-blocking'); // the user has asked for it
 * ```
 */
export class TaskController extends AbortController {
  declare readonly signal: TaskSignal;

  /** @throws TypeError when there is no such priority */
  constructor(init: TaskControllerInit = {}) {
    super();
    demandOptions(init);
    const { priority = 'user-visible' } = init;
    demandPriority('The option priority', priority);
    withPriority(this.signal, priority);
  }

  override abort(reason?: unknown): void {
    if (isNativeSound()) super.abort(reason);
    else abortWithFollowers(this.signal, reason, (given) => super.abort(given));
  }

  /**
   * Changes the priority of what waits with the signal, and of what will. Among the tasks of the new priority those of the signal
   * stand in the order of the posts. O(n + m) for n tasks of the signal and the m that were posted after the first of them.
   *
   * @throws TypeError when there is no such priority
   * @throws DOMException 'NotAllowedError' when a listener calls it that hears of a change of this very signal
   */
  setPriority(priority: WebTaskPriority): void {
    demandPriority('A priority', priority);
    changePriority(this.signal, priority);
  }
}
