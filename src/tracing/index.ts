/**
 * Shows tasks on a timeline, in a trace for Perfetto or in DevTools, and reports the tasks that made a page slow.
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
