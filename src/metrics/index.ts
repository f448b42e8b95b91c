export { collectTaskMetrics, type TaskMetricsOptions } from './collect-task-metrics.js';
