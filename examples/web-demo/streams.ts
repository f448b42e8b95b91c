import { asapScheduler, asyncScheduler, type SchedulerLike } from 'rxjs';
import type { Runners } from './runners.js';
import { WatchedScheduler } from './watched-scheduler.js';

/** What all streams of the page can run on, as the page calls it. */
export const SCHEDULER_NAMES = ['rxjs-task-runner', 'asyncScheduler', 'asapScheduler'] as const;
export type SchedulerName = (typeof SCHEDULER_NAMES)[number];

/** The schedulers of the page's streams. Nothing else differs between the three choices. */
export interface Streams {
  readonly typing: SchedulerLike;
  readonly search: SchedulerLike;
  readonly indexing: SchedulerLike;
  readonly burst: SchedulerLike;
}

/** RxJS's own schedulers, with an eye on them: of runners the library tells all. */
export const outside = {
  asyncScheduler: new WatchedScheduler(asyncScheduler),
  asapScheduler: new WatchedScheduler(asapScheduler),
};

export function streamsOn(name: SchedulerName, runners: Runners): Streams {
  if (name === 'rxjs-task-runner') return runners;
  const one = outside[name];
  return { typing: one, search: one, indexing: one, burst: one };
}
