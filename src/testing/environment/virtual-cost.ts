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

/** What a task costs in virtual time, in which code by itself takes none. */
export interface CostRule {
  /** For so many frames after its function has returned it holds its sequence and a worker, as a promise would. */
  readonly cost?: number | undefined;
  /** For so many frames its function keeps the one thread: the clock moves on before the next task. TaskEnvironment only. */
  readonly blocks?: number | undefined;
}

/** By the name of a task, or of a runner for all that it runs. A task's own name goes first. */
export type CostRules = Readonly<Record<string, CostRule>>;

/**
 * Lets tasks take time on the virtual clock in force, from now on until it is unsubscribed from, or the clock ends: a
 * `TaskEnvironment` when it is disposed of, a `run()` when it is over. Fake timers do not tell of their end.
 *
 * - It holds for what is posted after it, and is never part of production code.
 * - With `cost` the handle of a task settles when it has been paid; if its function returned a promise or an observable,
 *   when both have ended. One that fails, or whose observable is cancelled, ends at once.
 * - Each step of `steps` blocks. Inside of another verb, as `fromTask(runner, steps(…))`, it is once for all of them: there the
 *   steps call `advanceClock` of the environment themselves.
 * - Actions have a cost too, by their runner's name, each time they run; one pays it even when it is unsubscribed.
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
      throw new RangeError(`A rule of virtualCost() is of cost and blocks; got ${show(key)} for '${name}'.`);
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
