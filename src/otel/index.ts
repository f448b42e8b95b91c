/**
 * Spans for OpenTelemetry. It needs the package `@opentelemetry/api`.
 *
 * @module rxjs-task-runner/otel
 */
export { type InstrumentOptions, instrumentTasks } from './instrument-tasks.js';
