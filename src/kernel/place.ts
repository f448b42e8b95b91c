// Where a task is. In a file of its own, so that what only asks for a place takes no `Task` into a bundle.

/** Nowhere: not posted, or its run is over, and it may be armed again. */
export const IDLE = -1;
/** In the queue of its sequence. */
export const QUEUED = -2;
/** Running, or begun and pending. */
export const RUNNING = -3;
/** With the delay manager, which writes the task's index in its heap here: any number from 0 up. */
export const DELAYED = 0;
