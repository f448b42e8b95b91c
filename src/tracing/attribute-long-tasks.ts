import { Subscription } from 'rxjs';
import { demand, demandNumber, demandOptions, isCount } from '../base/demand.js';
import type { TaskPriority, TaskRunner } from '../types.js';
import { followTasks } from './follow-tasks.js';
import { RecentStretches } from './recent-stretches.js';

/** A type of performance entry that a browser reports when something is slow. */
export type LongTaskType = 'longtask' | 'long-animation-frame' | 'event';

/** A task that ran while something took long. */
export interface Culprit {
  /** The task's name, or else its runner's. */
  readonly name: string;
  /** The runner, or the pool, that it was posted to. */
  readonly runner: TaskRunner;
  /** The priority of the lane in which it began. */
  readonly priority: TaskPriority;
  /** `'task'` for `postTask`, `'action'` for `schedule`. */
  readonly kind: 'task' | 'action';
  /** `file:line` where it was posted, in debug mode. */
  readonly postedFrom: string | undefined;
  /** How long its code ran during that time, in milliseconds. */
  readonly ran: number;
}

/** Something that took long. */
export interface LongTask {
  /** The type of the entry. */
  readonly type: LongTaskType;
  /** The name of the entry: for an event, the type of the event. */
  readonly name: string;
  /** When it began, in milliseconds of `performance.now()`. */
  readonly start: number;
  /** How long it took, in milliseconds. */
  readonly duration: number;
  /** The tasks that ran during that time, longest first. Empty if the time was spent outside of tasks. */
  readonly culprits: readonly Culprit[];
  /** The browser's entry: a long animation frame has `scripts`, an event has a `target`. */
  readonly entry: object;
}

/** Options of `attributeLongTasks`. */
export interface AttributeOptions {
  /** Gets each report. Errors that it throws go to the host, as from any callback. */
  readonly report: (longTask: LongTask) => void;
  /** The types to report, if the browser supports them. Defaults to all three. */
  readonly types?: readonly LongTaskType[] | undefined;
  /** The duration from which an event counts as slow, in milliseconds; browsers require at least 16. Defaults to 104. */
  readonly slowEvent?: number | undefined;
  /** How many of the last calls of task code are kept for comparison. Defaults to 10,000. */
  readonly remember?: number | undefined;
}

interface Entry {
  readonly name: string;
  readonly startTime: number;
  readonly duration: number;
}

/** The part of `PerformanceObserver` that is used here. */
interface Observer {
  observe(options: { type: string; durationThreshold?: number }): void;
  disconnect(): void;
}

interface ObserverClass {
  new (callback: (list: { getEntries(): readonly Entry[] }) => void): Observer;
  readonly supportedEntryTypes?: readonly string[];
}

const TYPES: readonly LongTaskType[] = ['longtask', 'long-animation-frame', 'event'];

/**
 * Reports which tasks ran while the page was slow: during a long task, during a long animation frame, or between an input
 * event and the frame that answered it. The entries of `PerformanceObserver` are matched by time with the tasks that ran
 * last.
 *
 * Code after an `await` on a host operation runs outside of turns, and cannot be attributed to a task.
 *
 * ```ts
 * attributeLongTasks({
 *   report: ({ type, duration, culprits }) => console.warn(type, duration, culprits.map(({ name, ran }) => `${name}: ${ran} ms`)),
 * });
 * ```
 *
 * @returns a subscription; unsubscribing stops the reports. If the host supports none of the types, as in Node, it is
 * closed and nothing is observed
 * @throws TypeError or RangeError when an option is invalid
 */
export function attributeLongTasks(options: AttributeOptions): Subscription {
  demandOptions(options, ['report', 'types', 'slowEvent', 'remember']);
  const { report, types = TYPES, slowEvent = 104, remember = 10_000 } = options;
  demand(typeof report === 'function', 'The option report must be a function', report);
  const given: unknown = types;
  demand(Array.isArray(given), 'The option types must be an array', types);
  for (const type of types) demand(TYPES.includes(type), `The option types may have ${TYPES.join(', ')}`, type);
  demandNumber(
    typeof slowEvent === 'number' && slowEvent >= 0,
    'The option slowEvent must be a number of milliseconds, 0 or more',
    slowEvent,
  );
  const isSize = isCount(remember) && remember !== Infinity;
  demandNumber(isSize, 'The option remember must be a positive integer', remember);

  const { PerformanceObserver } = globalThis as { PerformanceObserver?: ObserverClass };
  const known = types.filter((type) => PerformanceObserver?.supportedEntryTypes?.includes(type) === true);
  if (PerformanceObserver === undefined || known.length === 0) return Subscription.EMPTY;

  const stretches = new RecentStretches(remember);
  const following = followTasks(stretches);
  const subscription = new Subscription(() => following.stop());
  for (const type of known) {
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) report(longTaskOf(type, entry, stretches));
    });
    observer.observe(type === 'event' ? { type, durationThreshold: slowEvent } : { type });
    subscription.add(() => observer.disconnect());
  }
  return subscription;
}

function longTaskOf(type: LongTaskType, entry: Entry, stretches: RecentStretches): LongTask {
  const { name, startTime: start, duration } = entry;
  return { type, name, start, duration, culprits: culpritsIn(start, start + duration, stretches), entry };
}

/** One for each task, of which several stretches may lie there. */
function culpritsIn(start: number, end: number, stretches: RecentStretches): Culprit[] {
  const culprits = new Map<object, Culprit>();
  for (const one of stretches.between(start, end)) {
    const { task, priority } = one;
    const { name, runner, kind, postedFrom } = task;
    const length = Math.min(Number.isNaN(one.end) ? end : one.end, end) - Math.max(one.start, start);
    const ran = (culprits.get(task)?.ran ?? 0) + length;
    culprits.set(task, { name, runner, priority, kind, postedFrom, ran });
  }
  return [...culprits.values()].sort((a, b) => b.ran - a.ran);
}
