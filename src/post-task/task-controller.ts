import { demandOptions } from '../base/demand.js';
import { abortWithFollowers, isNativeSound } from './any-abort.js';
import { demandPriority, type WebTaskPriority } from './priority.js';
import { changePriority, type TaskSignal, withPriority } from './task-signal.js';

/** Options of a {@link TaskController}. */
export interface TaskControllerInit {
  /** The initial priority. Defaults to `'user-visible'`. */
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

  /** @throws TypeError when the priority does not exist */
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
   * Changes the priority of the waiting and the later tasks of the signal. The tasks of the new priority keep their posting
   * order. O(n + m) for n tasks of the signal and m tasks that were posted after the first of them.
   *
   * @throws TypeError when the priority does not exist
   * @throws DOMException 'NotAllowedError' when it is called by a listener for a change of the same signal
   */
  setPriority(priority: WebTaskPriority): void {
    demandPriority('A priority', priority);
    changePriority(this.signal, priority);
  }
}
