import type { TaskRunner } from '../types.js';

/** Whether something is a runner, of this library or of somebody else's: has what verbs ask of one. */
export function isRunner(value: unknown): value is TaskRunner {
  const { schedule, postTask, now } = (value ?? {}) as Partial<TaskRunner>;
  return [schedule, postTask, now].every((method) => typeof method === 'function');
}
