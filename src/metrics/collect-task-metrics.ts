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
  /** What the names of the metrics begin with. Defaults to `'rxjs_task_runner_'`. */
  readonly prefix?: string | undefined;
  /** The upper bounds of the buckets of both histograms, in seconds, ascending. Defaults to 0.5 ms to 30 s. */
  readonly buckets?: readonly number[] | undefined;
  /** Pools with all their runners, runners, and keyed runners whose queues the gauges tell. Defaults to none. */
  readonly runners?: readonly RunnerOrKeys[] | undefined;
  /** How many names of runners become labels; those that come later are `'other'`. Defaults to 100. */
  readonly runnerNames?: number | undefined;
  /**
   * How many names of tasks become values of a label `task`; those that come later are `'other'`. Defaults to 0: there is no
   * such label.
   */
  readonly taskNames?: number | undefined;
}

const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const PREFIX = /^(?:[a-zA-Z_:][a-zA-Z0-9_:]*)?$/;

/**
 * Counts and times all tasks of the program as metrics of prom-client, until it is unsubscribed, which takes the metrics
 * out of the registry.
 *
 * | metric, after the prefix                        | type       | labels                             |
 * | ----------------------------------------------- | ---------- | ---------------------------------- |
 * | `tasks_posted_total`, `tasks_started_total`     | counters   | `runner`, `priority`, `kind`       |
 * | `tasks_ended_total`                             | counter    | and `ending`: `finished`, `failed`, `rejected` or `cancelled` |
 * | `task_wait_seconds`, `task_run_seconds`         | histograms | `runner`, `priority`, `kind`       |
 * | `queued_tasks`, `running_tasks`, `delayed_tasks` | gauges    | `runner`, `priority`               |
 * | `workers`, `busy_workers`                       | gauges     | `pool`                             |
 *
 * - Times are from `observeTasks`: of the wait from being ready until the start, of the run until the end, across `await`.
 * - The number of series is bounded. Keys are no labels: the tasks of all keys have the name of their keyed runner. Runners
 *   of the same name are one series, and so are pools.
 * - Gauges are read at the scrape, on the clock in force, of what `runners` has. To read them is O(busy sequences), and
 *   O(delayed tasks of the clock). A runner that was met once is reported from then on, as 0 if it has nothing.
 * - A task costs some microseconds more: docs/monitoring.md has the figure.
 *
 * ```ts
 * collectTaskMetrics({ runners: [pool] });
 * server.on('request', async (_, response) => response.end(await register.metrics()));
 * ```
 *
 * @throws TypeError or RangeError when an option has a value that it cannot have
 * @throws Error when the registry has a metric of such a name already
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
