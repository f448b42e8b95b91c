import type { TaskRunner } from '../types.js';

/** Whether a value is a runner, of any implementation: whether it has the members that verbs need. */
export function isRunner(value: unknown): value is TaskRunner {
  const { schedule, postTask, now } = (value ?? {}) as Partial<TaskRunner>;
  return [schedule, postTask, now].every((method) => typeof method === 'function');
}
