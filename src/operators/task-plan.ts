import { demand } from '../base/demand.js';
import type { Admission } from '../kernel/admission.js';
import type { SequenceOwner } from '../kernel/sequence.js';
import { toTraits } from '../kernel/traits.js';
import { isRunner } from '../runners/is-runner.js';
import { KeyedTaskRunner } from '../runners/keyed.js';
import type { PostOptions, TaskContext, TaskFunction, TaskPriorityInput, TaskResult, TaskRunner } from '../types.js';
import { schedulerInForce } from '../virtual/in-force.js';

/**
 * The function that a task calls with a value. It returns a result, or a promise or an observable of one, or a task
 * function, which then runs: `(order) => price(order)`, where `price` is a task of `Threads`.
 */
export type Project<T, R> = (value: T, context: TaskContext) => TaskResult<R> | TaskFunction<R>;

/** A trait of each value's task: one for all, or a function of the value. */
type PerValue<T, V> = V | ((value: T) => V | undefined) | undefined;

/**
 * Options of operators that run a task for each value: the traits and limits of the tasks, and their signal.
 *
 * An option that is a function is called once for each value, when its task is posted. If it throws or returns an invalid
 * value, the stream fails. If it returns `undefined`, the task has the trait of its runner.
 */
export interface ValueTaskOptions<T, K> extends Omit<PostOptions, 'priority' | 'name'> {
  /** The priority of the tasks, or a function of the value that returns it. */
  readonly priority?: PerValue<T, TaskPriorityInput>;
  /** The name of the tasks, or a function of the value that returns it. */
  readonly name?: PerValue<T, string>;
  /** Returns the key of a value, for a keyed runner. If it throws, the stream fails. */
  readonly key?: ((value: T) => K) | undefined;
}

/** How a value becomes a task: the same for all subscriptions. */
export interface TaskPlan<T, R> {
  readonly runnerFor: (value: T) => TaskRunner;
  readonly project: Project<T, R>;
  readonly optionsFor: (value: T) => PostOptions | undefined;
  readonly runnerName: string;
  /** Passes an error that the stream can no longer report to the error handler of the runner's pool, if it has one. */
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
  else demand(key === undefined, `The option key of ${operator} is for keyed runners only`, key);
  const { priority, name } = rest;
  // Options that are the same for all values are checked here once.
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
