// The declarations of the entries that need an optional peer.
import { trace } from '@opentelemetry/api';
import { Registry } from 'prom-client';
import type { Subscription } from 'rxjs';
import { ThreadPool } from 'rxjs-task-runner';
import { collectTaskMetrics, type TaskMetricsOptions } from 'rxjs-task-runner/metrics';
import { type InstrumentOptions, instrumentTasks } from 'rxjs-task-runner/otel';

const metrics: TaskMetricsOptions = { register: new Registry(), runners: [new ThreadPool()], buckets: [0.1, 1] };
const spans: InstrumentOptions = { tracerProvider: trace, relation: 'link' };
export const watching: Subscription = collectTaskMetrics(metrics);
watching.add(instrumentTasks(spans));
// @ts-expect-error There is no such relation.
instrumentTasks({ relation: 'parent' });
