import { Subscription } from 'rxjs';
import { observedTask, observeTasks } from '../inspect/observe-tasks.js';
import type { ObservedTask, TaskEvent } from '../inspect/task-event.js';
import { currentTask, runTasksInside } from '../kernel/current.js';
import type { Task } from '../kernel/task.js';
import { PRIORITIES } from '../kernel/traits.js';
import { isOnClockOf } from '../virtual/same-clock.js';
import type { TaskPriority } from '../types.js';
import { schedulerInForce } from '../virtual/in-force.js';

/** Code of a task on the loop, from a call of it until that has returned. A task that yields or sleeps has several. */
export interface Stretch {
  readonly task: ObservedTask;
  /** Of the lane that it ran in. */
  readonly priority: TaskPriority;
  /** Milliseconds, as those of events. */
  readonly start: number;
  /** `NaN` while it goes on. */
  end: number;
}

/** Whoever follows tasks. It is called in the middle of things, and must not throw. */
export interface TaskFollower {
  posted?(event: TaskEvent): void;
  started?(event: TaskEvent): void;
  /**
   * Of any clock: a follower knows those that were posted or have started.
   *
   * @param mayBeRefused whether it may be one that was refused at once on the clock that is followed, and so was never posted
   */
  ended?(event: TaskEvent, mayBeRefused: boolean): void;
  entered?(stretch: Stretch): void;
  left?(stretch: Stretch): void;
}

/** What follows the tasks of one clock. */
export interface Following {
  /** The task whose code is on the stack. */
  current(): ObservedTask | null;
  /** Whether what happens now is on the clock that is followed. */
  isInForce(): boolean;
  now(): number;
  stop(): void;
}

/**
 * Follows the tasks of the clock in force, and no others: times of two clocks cannot be compared.
 *
 * What runs after an `await` of something of the host's is no stretch: it does not run in a turn, and nobody can see it.
 */
export function followTasks(follower: TaskFollower): Following {
  const scheduler = schedulerInForce();
  const { clock } = scheduler;

  const isHere = (task: Task | null): task is Task => task !== null && isOnClockOf(task.sequence.scheduler, scheduler);

  const current = (): ObservedTask | null => {
    const task = currentTask();
    return isHere(task) ? (observedTask(task) ?? null) : null;
  };

  const hear = (event: TaskEvent): void => {
    const { type } = event;
    if (type === 'posted') {
      // A post goes to the clock in force.
      if (schedulerInForce() === scheduler) follower.posted?.(event);
    } else if (type === 'started') {
      if (isHere(currentTask())) follower.started?.(event);
    } else follower.ended?.(event, type === 'rejected' && schedulerInForce() === scheduler);
  };

  const run = (task: Task, call: () => boolean): boolean => {
    const { sequence } = task;
    const known = isHere(task) ? observedTask(task) : undefined;
    if (known === undefined) return call();
    const priority = PRIORITIES[sequence.lane] ?? known.traits.priority;
    const stretch = { task: known, priority, start: clock.now(), end: NaN };
    follower.entered?.(stretch);
    try {
      return call();
    } finally {
      stretch.end = clock.now();
      follower.left?.(stretch);
    }
  };

  const following = new Subscription();
  following.add(observeTasks().subscribe(hear));
  following.add(runTasksInside(run, true));
  return {
    current,
    isInForce: () => schedulerInForce() === scheduler,
    now: () => clock.now(),
    stop: () => following.unsubscribe(),
  };
}
