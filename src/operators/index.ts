/**
 * Operators for streams that are faster than a runner.
 *
 * @module rxjs-task-runner/operators
 */
export { fromIterable, type FromIterableOptions } from './from-iterable.js';
export { handOver, type HandOverOptions } from './hand-over.js';
export type { StreamBounds, WhenStreamFull } from './stream-bounds.js';
export { taskMap, type TaskMapOptions } from './task-map.js';
export type { Project, ValueTaskOptions } from './task-plan.js';
