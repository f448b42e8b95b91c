import type { TaskEvent, TaskObserver } from '../../src/index.js';

/** All that an observer may be told. */
export const VERBS = ['posted', 'started', 'finished', 'failed', 'rejected', 'cancelled'] as const;

/** Writes down every event as `verb name`, and the error if there is one. */
export function logTo(log: string[]): TaskObserver {
  const note =
    (verb: keyof TaskObserver) =>
    ({ name }: TaskEvent, error?: unknown): void => {
      log.push(`${verb} ${name}${error instanceof Error ? `: ${error.message}` : ''}`);
    };
  return Object.fromEntries(VERBS.map((verb) => [verb, note(verb)])) as unknown as TaskObserver;
}
