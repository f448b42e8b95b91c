import { demand } from '../base/errors.js';
import type { PostOptions } from '../engine/task-options.js';
import type { TaskContext, TaskResult, TaskRunner } from '../engine/task-runner.js';
import { toTraits } from '../engine/traits.js';
import { BaseTaskRunner } from '../runners/base-task-runner.js';
import { KeyedTaskRunner } from '../runners/keyed-task-runner.js';

/** What a task does with a value: as any task's function it gives a result, or what will have one. */
export type Project<T, R> = (value: T, context: TaskContext) => TaskResult<R>;

/** Options of what makes a task of each value: the traits and limits of the tasks, and what cancels them. */
export interface ValueTaskOptions<T, K> extends PostOptions {
  /** The key of a value, for a keyed runner. What it throws is an error of the stream. */
  readonly key?: ((value: T) => K) | undefined;
}

/** How a value becomes a task: the same for all subscriptions. */
export interface TaskPlan<T, R> {
  readonly runnerFor: (value: T) => BaseTaskRunner;
  readonly project: Project<T, R>;
  readonly options: PostOptions | undefined;
  readonly runnerName: string;
}

/**
 * Checks what the caller of `operator` gives.
 *
 * @throws TypeError when it is not what it must be
 */
export function toPlan<T, R, K>(
  operator: string,
  runner: TaskRunner | KeyedTaskRunner<K>,
  project: Project<T, R>,
  { key, ...rest }: ValueTaskOptions<T, K>,
): TaskPlan<T, R> {
  const isKeyed = runner instanceof KeyedTaskRunner;
  demand(isKeyed || runner instanceof BaseTaskRunner, `${operator} needs a runner, a pool, or a keyed runner`, runner);
  demand(typeof project === 'function', `The project of ${operator} must be a function`, project);
  if (isKeyed)
    demand(typeof key === 'function', `For a keyed runner ${operator} needs the option key, a function`, key);
  else demand(key === undefined, `The option key of ${operator} is for keyed runners only, and this is none`, key);
  const { name: runnerName } = toTraits(rest, runner.traits);
  const options = Object.keys(rest).length === 0 ? undefined : rest;
  const runnerFor = isKeyed ? (value: T) => runner.runner(key!(value)) : () => runner;
  return { runnerFor, project, options, runnerName };
}
