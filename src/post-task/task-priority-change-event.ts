import { demandPriority, type WebTaskPriority } from './priority.js';

/** Options of a {@link TaskPriorityChangeEvent}. */
export interface TaskPriorityChangeEventInit extends EventInit {
  /** The priority before the change. */
  readonly previousPriority: WebTaskPriority;
}

/**
 * The event `'prioritychange'` of a {@link TaskSignal}. The new priority is that of its `target`.
 *
 * ```ts
 * controller.signal.onprioritychange = ({ previousPriority }) => {
 *   console.log(`from ${previousPriority} to ${controller.signal.priority}`);
 * };
 * ```
 */
export class TaskPriorityChangeEvent extends Event {
  /** The priority before the change. */
  readonly previousPriority: WebTaskPriority;

  /** @throws TypeError when `init` has no priority of the web */
  constructor(type: string, init: TaskPriorityChangeEventInit) {
    super(type, init);
    const { previousPriority } = (init as TaskPriorityChangeEventInit | undefined) ?? {};
    demandPriority('previousPriority', previousPriority);
    this.previousPriority = previousPriority;
  }
}
