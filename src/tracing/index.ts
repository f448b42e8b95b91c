/**
 * Shows what a program does on the loop: as a trace for Perfetto, in DevTools, and for each long task of a page.
 *
 * @module rxjs-task-runner/tracing
 */
export {
  attributeLongTasks,
  type AttributeOptions,
  type Culprit,
  type LongTask,
  type LongTaskType,
} from './attribute-long-tasks.js';
export { type MeasureOptions, measureTasks } from './measure-tasks.js';
export { type TaskTrace, type TraceOptions, type TraceReport, traceTasks } from './trace-tasks.js';
export type { NodeSink, WebSink } from './trace-sink.js';
