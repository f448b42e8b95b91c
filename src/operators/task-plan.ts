import { demand } from '../base/demand.js';
import type { Admission } from '../kernel/admission.js';
import type { SequenceOwner } from '../kernel/sequence.js';
import { toTraits } from '../kernel/traits.js';
import { isRunner } from '../runners/is-runner.js';
import { KeyedTaskRunner } from '../runners/keyed.js';
import type { PostOptions, TaskContext, TaskFunction, TaskPriorityInput, TaskResult, TaskRunner } from '../types.js';
import { schedulerInForce } from '../virtual/in-force.js';

/**
 * What a task does with a value: it gives a result, or what will have one, or the function of a task, which is the task
 * then: `(order) => price(order)`, where `price` is a task of `Threads`.
 */
export type Project<T, R> = (value: T, context: TaskContext) => TaskResult<R> | TaskFunction<R>;

/** A trait of each value's task: one for all, or a function of the value. */
type PerValue<T, V> = V | ((value: T) => V | undefined) | undefined;

/**
 * Options of what makes a task of each value: the traits and limits of the tasks, and what cancels them.
 *
 * A function is called once for each value, when that is posted. What it throws, or gives that it must not, is an error of
 * the stream. For `undefined` the task has the trait of its runner.
 */
export interface ValueTaskOptions<T, K> extends Omit<PostOptions, 'priority' | 'name'> {
  /** How urgent the tasks are, or the task of a value is. */
  readonly priority?: PerValue<T, TaskPriorityInput>;
  /** The name of the tasks, or of the task of a value. */
  readonly name?: PerValue<T, string>;
  /** The key of a value, for a keyed runner. What it throws is an error of the stream. */
  readonly key?: ((value: T) => K) | undefined;
}

/** How a value becomes a task: the same for all subscriptions. */
export interface TaskPlan<T, R> {
  readonly runnerFor: (value: T) => TaskRunner;
  readonly project: Project<T, R>;
  readonly optionsFor: (value: T) => PostOptions | undefined;
  readonly runnerName: string;
  /** Tells the error handler of the runner's pool, if it has one, of an error that the stream cannot tell any more. */
  readonly report: (error: unknown) => void;
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
  demand(isKeyed || isRunner(runner), `${operator} needs a runner, a pool, or a keyed runner`, runner);
  demand(typeof project === 'function', `The project of ${operator} must be a function`, project);
  if (isKeyed)
    demand(typeof key === 'function', `For a keyed runner ${operator} needs the option key, a function`, key);
  else demand(key === undefined, `The option key of ${operator} is for keyed runners only, and this is none`, key);
  const { priority, name } = rest;
  // What is the same for all values is checked here, and shared by them.
  const shared = { ...rest, priority: constantOf(priority), name: constantOf(name) };
  const { name: runnerName } = toTraits(shared, runner.traits);
  const options = Object.keys(rest).length === 0 ? undefined : shared;
  const isShared = typeof priority !== 'function' && typeof name !== 'function';
  const runnerFor = isKeyed ? (value: T) => runner.runner(key!(value)) : () => runner;
  const optionsFor = isShared
    ? () => options
    : (value: T) => ({ ...shared, priority: traitOf(priority, value), name: traitOf(name, value) });
  return { runnerFor, project, optionsFor, runnerName, report: (error) => report(runner, error) };
}

function constantOf<T, V>(trait: PerValue<T, V>): V | undefined {
  return typeof trait === 'function' ? undefined : trait;
}

function traitOf<T, V>(trait: PerValue<T, V>, value: T): V | undefined {
  return typeof trait === 'function' ? (trait as (value: T) => V | undefined)(value) : trait;
}

function report<K>(runner: TaskRunner | KeyedTaskRunner<K>, error: unknown): void {
  const { admission, traits } = runner as Partial<Pick<SequenceOwner, 'traits'>> & { readonly admission?: Admission };
  const onTaskError = admission?.onTaskError ?? null;
  if (onTaskError === null || traits === undefined) return;
  const { name, priority } = traits;
  const times = { waitTime: undefined, runTime: undefined, postedFrom: undefined };
  schedulerInForce().clock.later(() => {
    onTaskError(error, { name, traits, runner: runner as TaskRunner, priority, ...times });
  });
}
