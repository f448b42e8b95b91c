// Where a task is. In a file of its own, so that what only asks for a place takes no `Task` into a bundle.

/** Nowhere: not posted, or its run is over and it may be re-armed. */
export const IDLE = -1;
/** In the queue of its sequence. */
export const QUEUED = -2;
/** Running, or begun and pending. */
export const RUNNING = -3;
/** In the delay manager. The value is the task's index in its heap: any number from 0 up. */
export const DELAYED = 0;
