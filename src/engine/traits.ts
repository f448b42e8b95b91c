import { demand, show } from '../base/errors.js';

/**
 * How urgent work is, in the words of the web's `scheduler.postTask`:
 *
 * - `'user-blocking'`: somebody waits for it, such as the answer to a keystroke;
 * - `'user-visible'`: somebody will see it (the default);
 * - `'best-effort'`: nobody would notice if it came later. `'background'`, the web's word for it, is accepted too.
 */
export type TaskPriority = 'user-blocking' | 'user-visible' | 'best-effort';

/** A priority as callers may write it. */
export type TaskPriorityInput = TaskPriority | 'background';

/**
 * What a shutdown does with work that has not begun:
 *
 * - `'skip-on-shutdown'` (the default): dropped, and its handle rejects; once begun, the shutdown waits for it;
 * - `'block-shutdown'`: run, and the shutdown waits for it;
 * - `'continue-on-shutdown'`: dropped; once begun, it goes on and the shutdown does not wait for it.
 */
export type ShutdownBehavior = 'skip-on-shutdown' | 'block-shutdown' | 'continue-on-shutdown';

/** Facts about work, from which the scheduler decides how to run it. Frozen. */
export interface TaskTraits {
  readonly priority: TaskPriority;
  /** What it is called in errors, reports and diagrams. */
  readonly name: string;
  readonly shutdownBehavior: ShutdownBehavior;
  /** Whether it keeps a Node process alive while it is ready or delayed, as a timer does. */
  readonly keepAlive: boolean;
}

/** Traits as callers write them: those left out have their defaults. */
export interface TaskTraitsInput {
  readonly priority?: TaskPriorityInput | undefined;
  readonly name?: string | undefined;
  readonly shutdownBehavior?: ShutdownBehavior | undefined;
  readonly keepAlive?: boolean | undefined;
}

/** The index of a priority's lane; a lower one goes first. */
export type Lane = 0 | 1 | 2;

export const USER_BLOCKING = 0;
export const USER_VISIBLE = 1;
export const BEST_EFFORT = 2;

/** Highest first. */
export const LANES: readonly Lane[] = [USER_BLOCKING, USER_VISIBLE, BEST_EFFORT];

/** For a task with no priority of its own: it follows its runner's current one. */
export const FOLLOW = -1;

export const PRIORITIES: readonly TaskPriority[] = ['user-blocking', 'user-visible', 'best-effort'];

const BEHAVIORS: readonly ShutdownBehavior[] = ['skip-on-shutdown', 'block-shutdown', 'continue-on-shutdown'];

const DEFAULTS: TaskTraits = Object.freeze({
  priority: 'user-visible',
  name: '',
  shutdownBehavior: 'skip-on-shutdown',
  keepAlive: true,
});

/** The traits of work about which nothing was said: user-visible, unnamed, skipped on shutdown, keeping alive. */
export function defaultTaskTraits(): TaskTraits {
  return DEFAULTS;
}

/**
 * `input` with what it leaves out taken from `defaults`.
 *
 * @throws TypeError when a trait has a value that it cannot have
 */
export function toTraits(input: TaskTraitsInput = {}, defaults: TaskTraits = DEFAULTS): TaskTraits {
  demand(typeof input === 'object' && (input as unknown) !== null, 'Options must be an object', input);
  const { priority, name = defaults.name, keepAlive = defaults.keepAlive } = input;
  const { shutdownBehavior = defaults.shutdownBehavior } = input;
  demand(typeof name === 'string', 'The trait name must be a string', name);
  demand(typeof keepAlive === 'boolean', 'The trait keepAlive must be true or false', keepAlive);
  const rule = `The trait shutdownBehavior must be one of ${list(BEHAVIORS)}`;
  demand(BEHAVIORS.includes(shutdownBehavior), rule, shutdownBehavior);
  const lane = priority === undefined ? defaults.priority : PRIORITIES[toLane(priority)]!;
  return Object.freeze({ priority: lane, name, shutdownBehavior, keepAlive });
}

/**
 * The lane of a priority.
 *
 * @throws TypeError when there is no such priority
 */
export function toLane(priority: TaskPriorityInput): Lane {
  const lane = priority === 'background' ? BEST_EFFORT : PRIORITIES.indexOf(priority);
  demand(lane >= 0, `A priority is one of ${list(PRIORITIES)} or 'background'`, priority);
  return lane as Lane;
}

function list(values: readonly string[]): string {
  return values.map(show).join(', ');
}
