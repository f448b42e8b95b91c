import { Subscription } from 'rxjs';
import { demand, demandNumber, demandOptions, isCount, toDuration } from '../base/demand.js';
import { userTiming } from '../host/user-timing.js';
import type { ObservedTask, TaskEvent } from '../inspect/task-event.js';
import type { TaskPriority } from '../types.js';
import { followTasks, type Stretch } from './follow-tasks.js';

/** Options of `measureTasks`. */
export interface MeasureOptions {
  /** The name of the group of tracks in DevTools. Defaults to `'rxjs-task-runner'`. */
  readonly trackGroup?: string | undefined;
  /** The shortest duration to measure, in milliseconds. Defaults to 0. */
  readonly shortest?: number | undefined;
  /** How many entries there may be before they are cleared. Defaults to 1,000. */
  readonly keep?: number | undefined;
}

const COLORS: Record<TaskPriority, string> = {
  'user-blocking': 'primary',
  'user-visible': 'secondary',
  'best-effort': 'tertiary',
};

/**
 * Shows tasks in the Performance panel of DevTools, from now on, by `performance.measure`. A track for each lane shows the
 * code that ran on the loop. A track for each runner name shows its tasks from start to end.
 *
 * The entries are named `task <name>`. The browser would keep them for ever, so they are cleared by name whenever there are
 * `keep` of them. A recording of DevTools keeps them. Tasks of clocks other than the one in force at this call are left
 * out.
 *
 * ```ts
 * if (isDevelopment) measureTasks({ shortest: 1 });
 * ```
 *
 * @returns a subscription; unsubscribing stops the measuring and clears the entries. It is closed if there is no
 * `performance.measure`
 * @throws TypeError or RangeError when an option is invalid
 */
export function measureTasks(options: MeasureOptions = {}): Subscription {
  demandOptions(options, ['trackGroup', 'shortest', 'keep']);
  const { trackGroup = 'rxjs-task-runner', shortest = 0, keep = 1_000 } = options;
  demand(typeof trackGroup === 'string', 'The option trackGroup must be a string', trackGroup);
  toDuration('The option shortest', shortest);
  demandNumber(isCount(keep), 'The option keep must be a positive integer or Infinity', keep);
  if (userTiming() === undefined) return Subscription.EMPTY;
  const measures = new Measures(trackGroup, shortest, keep);
  const begun = new WeakSet<ObservedTask>();
  const following = followTasks({
    started: ({ task }) => begun.add(task),
    ended: (event) => {
      if (begun.delete(event.task)) measures.ran(event);
    },
    left: (stretch) => measures.left(stretch),
  });
  return new Subscription(() => {
    following.stop();
    measures.clear();
  });
}

/** The entries that are there. */
class Measures {
  private readonly names = new Set<string>();
  private count = 0;

  constructor(
    private readonly trackGroup: string,
    private readonly shortest: number,
    private readonly keep: number,
  ) {}

  ran({ name, type, at, ran, waited, priority, runner }: TaskEvent): void {
    const color = type === 'failed' ? 'error' : COLORS[priority];
    const properties = [
      ['outcome', type],
      ['priority', priority],
      ['waited', `${waited} ms`],
    ];
    this.measure(name, at - ran, at, `runner ${runner.name}`, color, properties);
  }

  left({ task: { name, runner }, priority, start, end }: Stretch): void {
    this.measure(name, start, end, `lane ${priority}`, COLORS[priority], [['runner', runner.name]]);
  }

  clear(): void {
    const timing = userTiming();
    for (const name of this.names) timing?.clearMeasures(name);
    this.names.clear();
    this.count = 0;
  }

  private measure(
    task: string,
    start: number,
    end: number,
    track: string,
    color: string,
    properties: readonly (readonly string[])[],
  ): void {
    if (end - start < this.shortest) return;
    const { trackGroup } = this;
    const name = `task ${task}`;
    const devtools = { dataType: 'track-entry', track, trackGroup, color, properties, tooltipText: task };
    try {
      userTiming()?.measure(name, { start, end, detail: { devtools } });
    } catch {
      // A stand-in of a test, say. It is called in the middle of a turn, and measuring must not hurt the task.
      return;
    }
    this.names.add(name);
    if (++this.count >= this.keep) this.clear();
  }
}
