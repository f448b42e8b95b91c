import { Counter, Gauge, Histogram, type Metric } from 'prom-client';
import type { TaskEvent, TaskEventType } from '../inspect/task-event.js';
import { Workers } from '../kernel/workers.js';
import { ownerOf, type RunnerOrKeys } from '../runners/owner-of.js';
import { ThreadPool } from '../runners/thread-pool.js';
import { schedulerInForce } from '../virtual/in-force.js';
import { BoundedNames } from './bounded-names.js';
import { QueueCensus } from './queue-census.js';
import { AllTaskSeries, ENDINGS } from './task-series.js';

/** What the metrics are made with: the options of `collectTaskMetrics`, with their defaults. */
export interface MetricsPlan {
  readonly prefix: string;
  readonly buckets: readonly number[];
  readonly runners: readonly RunnerOrKeys[];
  readonly runnerNames: number;
  readonly taskNames: number;
}

/** The metrics, in no registry yet, and what happens to tasks as numbers in them. */
export class TaskMetrics {
  readonly byName = new Map<string, Metric>();
  private readonly series: AllTaskSeries;
  private readonly labelNames: string[];
  private readonly wait: Histogram;
  private readonly run: Histogram;

  constructor(private readonly plan: MetricsPlan) {
    const { runners, runnerNames, taskNames } = plan;
    const names = new BoundedNames(runnerNames);
    this.series = new AllTaskSeries(names, taskNames === 0 ? null : new BoundedNames(taskNames));
    this.labelNames = ['runner', 'priority', 'kind', ...(taskNames === 0 ? [] : ['task'])];

    this.counter('tasks_posted_total', 'Tasks that a runner has taken in', 'posted');
    this.counter('tasks_started_total', 'Tasks whose turn has come', 'started');
    this.endings();
    this.wait = this.histogram('task_wait_seconds', 'Seconds that tasks waited for their turn, once they were ready');
    this.run = this.histogram('task_run_seconds', 'Seconds that tasks took from their start to their end');
    if (runners.length === 0) return;
    const owners = runners.map((runner) => ownerOf('collectTaskMetrics', runner));
    const census = new QueueCensus(owners, (name) => names.labelOf(name));
    this.queue('queued_tasks', 'Tasks that wait for their turn', census, 'queued');
    this.queue('running_tasks', 'Tasks that run, or have begun and are pending', census, 'running');
    this.queue('delayed_tasks', 'Tasks that are not yet due', census, 'delayed');
    const pools = new Set(runners.filter((runner) => runner instanceof ThreadPool));
    const poolOf = ({ name }: ThreadPool): string => names.labelOf(name);
    this.workers('workers', 'Workers of the pool', pools, poolOf, ({ admission }) => admission.limit);
    this.workers('busy_workers', 'Workers that are held by pending tasks', pools, poolOf, busyWorkers);
  }

  hear(event: TaskEvent): void {
    const { type, waited, ran } = event;
    const { counts, labels } = this.series.of(event);
    counts[type]++;
    // NaN where nobody saw it.
    if (type === 'started') {
      if (waited >= 0) this.wait.observe(labels, waited / 1_000);
    } else if (ran >= 0) this.run.observe(labels, ran / 1_000);
  }

  private counter(name: string, help: string, type: TaskEventType): void {
    const { series, labelNames } = this;
    const collect = function (this: Counter): void {
      for (const one of series.all) this.inc(one.labels, one.take(type));
    };
    this.add(name, (common) => new Counter({ ...common, labelNames, collect }), help);
  }

  /** One counter for all endings, so that a sum is all that has ended, and each is there from the beginning, as 0. */
  private endings(): void {
    const { series } = this;
    const labelNames = [...this.labelNames, 'ending'];
    const collect = function (this: Counter): void {
      for (const one of series.all) for (const ending of ENDINGS) this.inc({ ...one.labels, ending }, one.take(ending));
    };
    const help = 'Tasks that have finished, failed, were rejected or cancelled';
    this.add('tasks_ended_total', (common) => new Counter({ ...common, labelNames, collect }), help);
  }

  private histogram(name: string, help: string): Histogram {
    const { labelNames } = this;
    const buckets = [...this.plan.buckets];
    return this.add(name, (common) => new Histogram({ ...common, labelNames, buckets }), help);
  }

  private queue(name: string, help: string, census: QueueCensus, what: 'queued' | 'running' | 'delayed'): void {
    const collect = function (this: Gauge): void {
      for (const tally of census.take()) this.set({ runner: tally.runner, priority: tally.priority }, tally[what]);
    };
    this.add(name, (common) => new Gauge({ ...common, labelNames: ['runner', 'priority'], collect }), help);
  }

  private workers(
    name: string,
    help: string,
    pools: ReadonlySet<ThreadPool>,
    labelOf: (pool: ThreadPool) => string,
    count: (pool: ThreadPool) => number,
  ): void {
    const collect = function (this: Gauge): void {
      this.reset();
      for (const pool of pools) this.inc({ pool: labelOf(pool) }, count(pool));
    };
    this.add(name, (common) => new Gauge({ ...common, labelNames: ['pool'], collect }), help);
  }

  private add<M extends Metric>(name: string, make: (common: Common) => M, help: string): M {
    const common = { name: `${this.plan.prefix}${name}`, help, registers: [] as [] };
    const metric = make(common);
    this.byName.set(common.name, metric);
    return metric;
  }
}

interface Common {
  readonly name: string;
  readonly help: string;
  readonly registers: [];
}

function busyWorkers(pool: ThreadPool): number {
  const work = pool.findWork(schedulerInForce());
  return work instanceof Workers ? work.held : 0;
}
