import { type OpenMetricsContentType, register as globalRegister, type Registry } from 'prom-client';
import type { Subscription } from 'rxjs';
import { demand, demandNumber, demandOptions, isCount } from '../base/demand.js';
import { observeTasks } from '../inspect/observe-tasks.js';
import { ownerOf, type RunnerOrKeys } from '../runners/owner-of.js';
import { TaskMetrics } from './task-metrics.js';

/** A registry of prom-client, in either of its formats. */
type AnyRegistry = Registry | Registry<OpenMetricsContentType>;

/** Options of `collectTaskMetrics`. */
export interface TaskMetricsOptions {
  /** Where the metrics are registered. Defaults to the global `register` of prom-client. */
  readonly register?: AnyRegistry | undefined;
  /** The prefix of the names of the metrics. Defaults to `'rxjs_task_runner_'`. */
  readonly prefix?: string | undefined;
  /** The upper bounds of the buckets of both histograms, in seconds, ascending. Defaults to 0.5 ms to 30 s. */
  readonly buckets?: readonly number[] | undefined;
  /** The pools (with all their runners), runners and keyed runners whose queues the gauges report. Defaults to none. */
  readonly runners?: readonly RunnerOrKeys[] | undefined;
  /** How many names of runners become labels; later names are reported as `'other'`. Defaults to 100. */
  readonly runnerNames?: number | undefined;
  /**
   * How many names of tasks become values of a label `task`; later names are reported as `'other'`. Defaults to 0, without
   * such a label.
   */
  readonly taskNames?: number | undefined;
}

const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const PREFIX = /^(?:[a-zA-Z_:][a-zA-Z0-9_:]*)?$/;

/**
 * Counts and times all tasks of the program as metrics of prom-client. Unsubscribing stops that and removes the metrics
 * from the registry.
 * | metric, without the prefix                      | type       | labels                             |
 * | ----------------------------------------------- | ---------- | ---------------------------------- |
 * | `tasks_posted_total`, `tasks_started_total`     | counters   | `runner`, `priority`, `kind`       |
 * | `tasks_ended_total`                             | counter    | and `ending`: `finished`, `failed`, `rejected` or `cancelled` |
 * | `task_wait_seconds`, `task_run_seconds`         | histograms | `runner`, `priority`, `kind`       |
 * | `queued_tasks`, `running_tasks`, `delayed_tasks` | gauges    | `runner`, `priority`               |
 * | `workers`, `busy_workers`                       | gauges     | `pool`                             |
 *
 * - Times come from `observeTasks`: the wait is the time from being ready until the start, and the run is the time from the
 *   start until the end, across `await`.
 * - The number of series is bounded. Keys are not labels: the tasks of all keys carry the name of their keyed runner.
 *   Runners with the same name share a series, and so do pools.
 * - Gauges are read at the scrape, on the clock in force, for `runners`. Reading them is O(busy sequences) and O(delayed
 *   tasks of the clock). Once a runner has been reported, it continues to be reported, with the value 0 if it has no tasks.
 * - It costs a few microseconds per task: see docs/monitoring.md.
 *
 * ```ts
 * collectTaskMetrics({ runners: [pool] });
 * server.on('request', async (_, response) => response.end(await register.metrics()));
 * ```
 *
 * @throws TypeError or RangeError when an option is invalid
 * @throws Error when the registry already has a metric with one of these names
 */
export function collectTaskMetrics(options: TaskMetricsOptions = {}): Subscription {
  const { register, ...rest } = checked(options);
  const metrics = new TaskMetrics(rest);
  const { byName } = metrics;
  // All of them, or none.
  const taken = [...byName.keys()].find((name) => register.getSingleMetric(name) !== undefined);
  if (taken !== undefined) throw new Error(`The registry has a metric '${taken}' already: choose another prefix.`);
  for (const metric of byName.values()) register.registerMetric(metric);
  const subscription = observeTasks().subscribe((event) => metrics.hear(event));
  subscription.add(() => {
    for (const [name, metric] of byName) {
      // Somebody may have cleared the registry, and used the name anew.
      if (register.getSingleMetric(name) === metric) register.removeSingleMetric(name);
    }
  });
  return subscription;
}

type Checked = { readonly [K in keyof TaskMetricsOptions]-?: NonNullable<TaskMetricsOptions[K]> };

function checked(options: TaskMetricsOptions): Checked {
  demandOptions(options, ['register', 'prefix', 'buckets', 'runners', 'runnerNames', 'taskNames']);
  const { register = globalRegister, prefix = 'rxjs_task_runner_', buckets = BUCKETS, runners = [] } = options;
  const { runnerNames = 100, taskNames = 0 } = options;
  const isRegistry = typeof (register as Partial<AnyRegistry> | null)?.removeSingleMetric === 'function';
  demand(isRegistry, 'The option register must be a Registry of prom-client', register);
  const isPrefix = typeof prefix === 'string' && PREFIX.test(prefix);
  demand(isPrefix, 'The option prefix must be letters, digits, _ and :, and not begin with a digit', prefix);
  const isAscending =
    Array.isArray(buckets) && buckets.every((bound, i) => Number.isFinite(bound) && !(bound <= buckets[i - 1]));
  demand(isAscending, 'The option buckets must be an array of ascending numbers of seconds', buckets);
  demand(Array.isArray(runners), 'The option runners must be an array', runners);
  for (const runner of runners as readonly RunnerOrKeys[]) ownerOf('collectTaskMetrics', runner);
  demandNumber(isCount(runnerNames), 'The option runnerNames must be a positive integer or Infinity', runnerNames);
  const isCap = taskNames === 0 || isCount(taskNames);
  demandNumber(isCap, 'The option taskNames must be an integer, 0 or more, or Infinity', taskNames);
  return { register, prefix, buckets, runners, runnerNames, taskNames };
}
