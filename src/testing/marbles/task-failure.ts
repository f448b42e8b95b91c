import { type Place, placeOf } from '../report/place.js';
import { showValue } from '../report/show-value.js';
import type { Problem } from '../report/problem.js';
import type { TaskRecord } from '../rows/task-record.js';
import { nameOf, postedFrom } from './waits.js';

/** Says of which task an error was that virtual time has thrown since nobody looked; null when it was of none. */
export function taskFailure(error: unknown, records: readonly TaskRecord[], place: Place): Problem | null {
  const failed = records.filter((record) => record.outcome === 'failed' && Object.is(record.error, error)).at(-1);
  if (failed === undefined) return null;
  const { kind, settled } = failed;
  const name = nameOf(failed);
  const nobody = kind === 'task' ? ', and nobody awaited its handle' : '';
  const headline = `${name.charAt(0).toUpperCase()}${name.slice(1)} failed at frame ${settled!}${nobody}${postedFrom(failed)}:`;
  const text = `${headline}\n${error instanceof Error ? `${error.name}: ${error.message}` : showValue(error)}`;
  const { expected, actual } = (error ?? {}) as { expected?: unknown; actual?: unknown };
  return {
    text,
    place: placeOf(error) ?? place,
    cause: error,
    ...(expected === undefined ? {} : { expected: showValue(expected) }),
    ...(actual === undefined ? {} : { actual: showValue(actual) }),
  };
}
