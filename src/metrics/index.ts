/**
 * Metrics for Prometheus. It needs the package prom-client.
 *
 * @module rxjs-task-runner/metrics
 */
export { collectTaskMetrics, type TaskMetricsOptions } from './collect-task-metrics.js';
