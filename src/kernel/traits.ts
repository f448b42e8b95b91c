import { demand, demandObject, demandOneOf } from '../base/demand.js';
import type { RunnerTraits, ShutdownBehavior, TaskPriority, TaskPriorityInput, TaskTraits } from '../types.js';

/** The index of a priority's lane; a lower one goes first. */
export type Lane = 0 | 1 | 2;

export const USER_BLOCKING = 0;
export const USER_VISIBLE = 1;
export const BEST_EFFORT = 2;

/** Highest first. */
export const LANES: readonly Lane[] = [USER_BLOCKING, USER_VISIBLE, BEST_EFFORT];

/** For a task without its own priority: it follows its runner's current priority. */
export const FOLLOW = -1;

export const PRIORITIES: readonly TaskPriority[] = ['user-blocking', 'user-visible', 'best-effort'];

const BEHAVIORS: readonly ShutdownBehavior[] = ['skip-on-shutdown', 'block-shutdown', 'continue-on-shutdown'];

/** The default traits. */
export const DEFAULT_TRAITS: TaskTraits = Object.freeze({
  priority: 'user-visible',
  name: '',
  shutdownBehavior: 'skip-on-shutdown',
  keepAlive: true,
  backToBack: false,
});

/**
 * Completes `input` with `defaults`.
 *
 * @param isRunner whether `keepAlive` and `backToBack` are read, which only runners have
 * @throws TypeError when a trait is invalid
 */
export function toTraits(input: RunnerTraits = {}, defaults = DEFAULT_TRAITS, isRunner = true): TaskTraits {
  demandObject(input, 'Options must be an object');
  const { priority, name = defaults.name, shutdownBehavior = defaults.shutdownBehavior } = input;
  const { keepAlive = defaults.keepAlive, backToBack = defaults.backToBack } = isRunner ? input : defaults;
  demand(typeof name === 'string', 'The trait name must be a string', name);
  demand(typeof keepAlive === 'boolean', 'The trait keepAlive must be true or false', keepAlive);
  demand(typeof backToBack === 'boolean', 'The trait backToBack must be true or false', backToBack);
  demandOneOf(shutdownBehavior, BEHAVIORS, 'The trait shutdownBehavior');
  const lane = priority === undefined ? defaults.priority : PRIORITIES[toLane(priority)]!;
  return Object.freeze({ priority: lane, name, shutdownBehavior, keepAlive, backToBack });
}

/**
 * The lane of a priority.
 *
 * @throws TypeError when the priority does not exist
 */
export function toLane(priority: TaskPriorityInput): Lane {
  const lane = priority === 'background' ? BEST_EFFORT : PRIORITIES.indexOf(priority);
  if (lane < 0) demandOneOf(priority, [...PRIORITIES, 'background'], 'A priority');
  return lane as Lane;
}

/**
 * Normalizes a delay in milliseconds: a missing, `NaN` or negative delay is 0, and `Infinity` never fires. A numeric string
 * is accepted, as by RxJS's own schedulers.
 *
 * @throws TypeError when it is not a number
 */
export function toDelay(delay: unknown): number {
  if (typeof delay === 'number') return delay > 0 ? delay : 0;
  if (delay === undefined || delay === null) return 0;
  const isNumeric = typeof delay === 'string' && delay.trim() !== '' && !Number.isNaN(Number(delay));
  demand(isNumeric, 'A delay must be a number of milliseconds', delay);
  return toDelay(Number(delay));
}
