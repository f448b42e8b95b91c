import { concat, from, isObservable, merge, Observable, of, Subscription } from 'rxjs';
import { demand, show } from '../../base/demand.js';
import { isThenable } from '../../base/thenable.js';
import { generatorOf, steps } from '../../verbs/steps.js';
import { PostedTask } from '../../kernel/posted-task.js';
import { schedulerInForce } from '../../virtual/in-force.js';
import type { Task } from '../../kernel/task.js';
import type { TaskFunction } from '../../types.js';
import type { TaskScheduler } from '../../kernel/scheduler.js';
import { realScheduler } from '../../virtual/in-force.js';

import { EnvironmentHost } from './environment-host.js';
import { listenOn } from '../rows/listen-on.js';

/** How long a task takes in virtual time, where code otherwise takes no time. */
export interface CostRule {
  /**
   * The number of frames for which the task holds its sequence and a worker after its function has returned, as with a
   * promise.
   */
  readonly cost?: number | undefined;
  /**
   * The number of frames for which its function blocks the thread: the clock advances before the next task. Needs a
   * `TaskEnvironment`.
   */
  readonly blocks?: number | undefined;
}

/** Rules by the name of a task, or of a runner for all its tasks. A task's own name takes precedence. */
export type CostRules = Readonly<Record<string, CostRule>>;

/**
 * Makes tasks take time on the virtual clock in force, until the subscription is unsubscribed or the clock ends: with
 * `dispose` of a `TaskEnvironment`, or at the end of a `run()`. The end of fake timers cannot be detected.
 *
 * - It applies to tasks posted after the call. Use it in tests only, never in production code.
 * - With `cost` the handle of a task settles after the cost. If its function returned a promise or an observable, both must
 *   have ended. A task that fails, or whose observable is cancelled, ends at once.
 * - With `blocks` each step of `steps` blocks. Inside another verb, as in `fromTask(runner, steps(…))`, all steps together
 *   block only once. There, call `advanceClock` of the environment in the steps.
 * - Actions also have a cost, by their runner's name, for each run, even if they are unsubscribed.
 *
 * ```ts
 * virtualCost({ indexing: { cost: 5 }, parse: { blocks: 20 } });
 * ```
 *
 * @throws Error when no virtual clock is in force, or for `blocks` outside of a `TaskEnvironment`
 * @throws RangeError when a cost is not a positive finite number of frames, or 0
 */
export function virtualCost(rules: CostRules): Subscription {
  const scheduler = schedulerInForce();
  if (scheduler === realScheduler) {
    throw new Error(
      'virtualCost() needs a virtual clock: use it inside of marbles(), or while a TaskEnvironment is active.',
    );
  }
  for (const [name, rule] of Object.entries(rules)) assertRule(name, rule, scheduler);
  const byName = new Map(Object.entries(rules));
  const unobserve = listenOn(scheduler, {
    posted: (task) => {
      const { owner } = task.sequence;
      const rule = byName.get(task.traits.name) ?? byName.get(owner.traits.name);
      if (rule !== undefined) charge(task, rule);
    },
  });
  return new Subscription(unobserve);
}

function assertRule(name: string, rule: CostRule, { clock }: TaskScheduler): void {
  for (const [key, value] of Object.entries(rule)) {
    if (key !== 'cost' && key !== 'blocks') {
      throw new RangeError(`A rule of virtualCost() has only cost and blocks; got ${show(key)} for '${name}'.`);
    }
    const frames = value as number | undefined;
    if (frames !== undefined && !(typeof frames === 'number' && frames >= 0 && frames < Infinity)) {
      throw new RangeError(`${key} of '${name}' must be a number of frames; got ${show(frames)}.`);
    }
  }
  if ((rule.blocks ?? 0) > 0 && !(clock instanceof EnvironmentHost)) {
    throw new Error(`blocks of '${name}' needs a TaskEnvironment: elsewhere the clock is not ours to move.`);
  }
}

/** Changes this one task, since a hook in the engine would cost those that run in production. */
function charge(task: Task, rule: CostRule): void {
  if (task instanceof PostedTask) {
    task.task = charged(task, task.task as TaskFunction<unknown>, rule);
    return;
  }
  const { cost = 0, blocks = 0 } = rule;
  const run = task.run.bind(task);
  task.run = () => {
    let isPending: boolean;
    try {
      isPending = run();
    } finally {
      spend(task, blocks);
    }
    if (cost === 0) return isPending;
    const { scheduler } = task.sequence;
    scheduler.alarm(cost, () => scheduler.ended(task), true);
    return true;
  };
}

function charged(
  task: PostedTask<unknown>,
  work: TaskFunction<unknown>,
  { cost = 0, blocks = 0 }: CostRule,
): TaskFunction<unknown> {
  const generator = generatorOf(work);
  if (generator !== undefined) {
    const rule = 'A generator task may not wait, and so has no cost; give it blocks, which each of its steps takes';
    return steps((context) => {
      demand(cost === 0, rule, cost);
      return stepping(task, blocks, generator(context));
    });
  }
  return (context) => {
    let result: unknown;
    try {
      result = work(context);
    } finally {
      // Work that throws has taken its time as well.
      spend(task, blocks);
    }
    return cost > 0 ? held(task, result, cost) : result;
  };
}

/** A generator each of whose steps takes `ms`. */
function* stepping(task: Task, ms: number, iterator: Generator<void, unknown, void>): Generator<void, unknown, void> {
  try {
    for (;;) {
      const step = iterator.next();
      spend(task, ms);
      if (step.done === true) return step.value;
      yield;
    }
  } finally {
    for (let step = iterator.return(undefined); step.done === false; step = iterator.next()) yield;
  }
}

function spend({ sequence }: Task, ms: number): void {
  const { clock } = sequence.scheduler;
  if (ms > 0 && clock instanceof EnvironmentHost) clock.spend(ms);
}

/** The result of a task when its cost has been paid, too. */
function held(task: PostedTask<unknown>, result: unknown, cost: number): unknown {
  // A task that waits for one behind it is told so by the engine, which must see the handle.
  if (result instanceof PostedTask && result.sequence === task.sequence) return result;
  const paid = new Observable<never>((subscriber) => {
    return task.sequence.scheduler.alarm(cost, () => subscriber.complete(), true);
  });
  if (isObservable(result)) return merge(result, paid);
  return isThenable(result) ? merge(from(result), paid) : concat(paid, of(result));
}
