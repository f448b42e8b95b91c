import type { Observable, Subscription } from 'rxjs';
import { TaskRejectedError } from '../../src/index.js';

/** What came out of a stream, in words: values, `complete`, or the error's name and reason. */
export interface Log {
  readonly events: unknown[];
  readonly subscription: Subscription;
}

export function logOf(stream: Observable<unknown>): Log {
  const events: unknown[] = [];
  const subscription = stream.subscribe({
    next: (value) => events.push(value),
    error: (error: unknown) => events.push(nameOf(error)),
    complete: () => events.push('complete'),
  });
  return { events, subscription };
}

export function nameOf(error: unknown): string {
  if (error instanceof TaskRejectedError) return `${error.name} ${error.reason}`;
  return `error ${error instanceof Error ? error.message : String(error)}`;
}
