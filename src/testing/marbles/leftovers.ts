import { PostedTask } from '../../kernel/posted-task.js';
import { delayOf } from '../../kernel/delay-manager.js';
import { DELAYED } from '../../kernel/place.js';
import type { Place } from '../report/place.js';
import type { Problem } from '../report/problem.js';
import type { TaskRecord } from '../rows/task-record.js';
import { nameOf, postedFrom } from './waits.js';

/** As many as are listed; a test that left a thousand has one reason. */
const MOST = 10;

/** What `marbles` says of tasks that are pending or running when virtual time has run out; null when there are none. */
export function leftoverProblem(live: readonly TaskRecord[], place: Place): Problem | null {
  if (live.length === 0) return null;
  const awaiting = live.filter(awaitsPromise);
  const others = live.filter((record) => !awaitsPromise(record));
  const lines = [...awaiting, ...others].slice(0, MOST).map((record) => `  ${sentence(record, live)}`);
  if (live.length > MOST) lines.push(`  … and ${live.length - MOST} more`);
  const count = live.length === 1 ? '1 task is' : `${live.length} tasks are`;
  const advice =
    awaiting.length > 0
      ? 'No promise can settle in the synchronous virtual time of marbles(): return an observable, or use a TaskEnvironment.'
      : 'Let them end, or unsubscribe; the option allowPending allows it.';
  return { place, text: [`${count} left at the end of marbles():`, ...lines, advice].join('\n') };
}

function awaitsPromise({ task, outcome }: TaskRecord): boolean {
  return outcome === 'running' && task instanceof PostedTask && task.stopping.inner === null;
}

function sentence(record: TaskRecord, live: readonly TaskRecord[]): string {
  return `${capital(nameOf(record))} ${stateOf(record, live)}${postedFrom(record)}.`;
}

function stateOf(record: TaskRecord, live: readonly TaskRecord[]): string {
  const { task, outcome, started } = record;
  if (awaitsPromise(record)) return `awaits a promise since frame ${started!}`;
  if (outcome === 'running') return `runs since frame ${started!}: its observable does not complete`;
  if (task.place >= DELAYED)
    return delayOf(task) === Infinity ? 'has a delay that never ends' : `is delayed by ${delayOf(task)} ms`;
  const { sequence } = task;
  const holder = live.find((other) => other.outcome === 'running' && other.task.sequence === sequence);
  if (holder !== undefined && sequence.limit === 1) return `waits behind ${nameOf(holder)}`;
  return task.needsWorker ? 'waits for a worker' : 'waits for its turn';
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
