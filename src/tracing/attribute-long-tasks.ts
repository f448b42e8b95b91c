import { Subscription } from 'rxjs';
import { demand, demandNumber, demandOptions, isCount } from '../base/demand.js';
import type { TaskPriority, TaskRunner } from '../types.js';
import { followTasks } from './follow-tasks.js';
import { RecentStretches } from './recent-stretches.js';

/** What a browser finds slow. */
export type LongTaskType = 'longtask' | 'long-animation-frame' | 'event';

/** A task that ran while something took long. */
export interface Culprit {
  /** The task's name, or else its runner's. */
  readonly name: string;
  /** The runner, or the pool, that it was posted to. */
  readonly runner: TaskRunner;
  /** That of the lane it began in. */
  readonly priority: TaskPriority;
  /** What `postTask` makes, or what `schedule` makes for RxJS. */
  readonly kind: 'task' | 'action';
  /** `file:line` where it was posted, in debug mode. */
  readonly postedFrom: string | undefined;
  /** Milliseconds for which its code ran meanwhile. */
  readonly ran: number;
}

/** Something that took long. */
export interface LongTask {
  /** What the browser calls it. */
  readonly type: LongTaskType;
  /** The name of the entry: that of the event, for one. */
  readonly name: string;
  /** When it began, in milliseconds, as `performance.now()` tells it. */
  readonly start: number;
  /** How long it took, in milliseconds. */
  readonly duration: number;
  /** The tasks that ran meanwhile, the longest first. Empty when none did: then the time went elsewhere. */
  readonly culprits: readonly Culprit[];
  /** As the browser gives it: a long animation frame has `scripts`, an event its `target`. */
  readonly entry: object;
}

/** Options of `attributeLongTasks`. */
export interface AttributeOptions {
  /** Is told of each. What it throws goes to the host, as of any callback. */
  readonly report: (longTask: LongTask) => void;
  /** What to tell of, where the browser knows it. Defaults to all three. */
  readonly types?: readonly LongTaskType[] | undefined;
  /** Milliseconds from which an event counts as slow; browsers take 16 at least. Defaults to 104. */
  readonly slowEvent?: number | undefined;
  /** How many stretches of code are remembered. Defaults to 10,000. */
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
 * Says which tasks ran while the page was slow: in a long task, in a long animation frame, or between an input event and
 * the frame that answered it. What `PerformanceObserver` tells is matched by time with what ran last.
 *
 * Code after an `await` of something of the host's runs outside of turns: nobody can tell whose it is.
 *
 * ```ts
 * attributeLongTasks({
 *   report: ({ type, duration, culprits }) => console.warn(type, duration, culprits.map(({ name, ran }) => `${name}: ${ran} ms`)),
 * });
 * ```
 *
 * @returns ends it when it is unsubscribed. It is closed at once, and nothing is followed, where the host knows none of the types,
 *   as in Node: so code for pages need not ask where it runs
 * @throws TypeError or RangeError when an option has a value that it cannot have
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
