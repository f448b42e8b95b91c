/**
 * The web's Prioritized Task Scheduling API, on the lanes of this library.
 *
 * @module rxjs-task-runner/post-task
 */
export { install, type InstallOptions } from './install.js';
export type { WebTaskPriority } from './priority.js';
export { scheduler, type Scheduler, type SchedulerPostTaskOptions } from './scheduler.js';
export { TaskController, type TaskControllerInit } from './task-controller.js';
export { TaskPriorityChangeEvent, type TaskPriorityChangeEventInit } from './task-priority-change-event.js';
export { TaskSignal, type TaskSignalAnyInit } from './task-signal.js';
