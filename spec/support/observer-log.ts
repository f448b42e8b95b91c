import type { Subscription } from 'rxjs';
import { observeTasks, type TaskEvent, type TaskEventType } from '../../src/index.js';

/** What is told of each type of event. */
export type TaskObserver = Partial<Record<TaskEventType, (event: TaskEvent) => void>>;

export const TYPES = ['posted', 'started', 'finished', 'failed', 'rejected', 'cancelled'] as const;

/** Subscribes to the events of all tasks, by type. */
export function observe(observer: TaskObserver): Subscription {
  return observeTasks().subscribe((event) => observer[event.type]?.(event));
}

/** Writes down every event as `type name`, and the error if there is one. */
export function logTo(log: string[]): TaskObserver {
  const note = ({ type, name, error }: TaskEvent): void => {
    log.push(`${type} ${name}${error instanceof Error ? `: ${error.message}` : ''}`);
  };
  return Object.fromEntries(TYPES.map((type) => [type, note]));
}
