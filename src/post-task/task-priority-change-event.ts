import { demandPriority, type WebTaskPriority } from './priority.js';

/** What a {@link TaskPriorityChangeEvent} is told when it is made. */
export interface TaskPriorityChangeEventInit extends EventInit {
  /** The priority before the change. */
  readonly previousPriority: WebTaskPriority;
}

/** What a {@link TaskSignal} dispatches as `'prioritychange'`; the new priority is that of its `target`. */
export class TaskPriorityChangeEvent extends Event {
  /** The priority before the change. */
  readonly previousPriority: WebTaskPriority;

  /** @throws TypeError when `init` has no priority that the web knows */
  constructor(type: string, init: TaskPriorityChangeEventInit) {
    super(type, init);
    const { previousPriority } = (init as TaskPriorityChangeEventInit | undefined) ?? {};
    demandPriority('previousPriority', previousPriority);
    this.previousPriority = previousPriority;
  }
}
