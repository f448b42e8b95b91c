import { ofRunner } from '../../base/names.js';
import { shorten } from '../report/place.js';
import type { Emitter } from './recorded-stream.js';
import type { TaskRecord } from '../rows/task-record.js';

/** What tasks waited for, as far as a recording can say. */
export class Waits {
  constructor(private readonly records: () => readonly TaskRecord[]) {}

  /**
   * Why the task that emitted something began later than it was due: because another one held its sequence, or all
   * workers of its pool. Null when that was not so; it says nothing rather than guess.
   */
  explain(emitter: Emitter | null, frame: number): string | null {
    if (emitter === null) return null;
    const records = this.records();
    const runs = records.filter(({ task, started }) => task === emitter.task && started !== null && started <= frame);
    const run = runs.at(-1);
    if (run === undefined) return null;
    const started = run.started!;
    const due = run.posted + emitter.delay;
    if (due >= started) return null;
    // What made room for it is what ended in the frame in which it began.
    const others = records.filter(
      (other) => other !== run && other.started !== null && other.started < started && other.ended === started,
    );
    const { sequence } = emitter.task;
    const holder = others.filter(({ task }) => task.sequence === sequence && sequence.limit === 1).at(-1);
    const beginning = `It came from ${nameOf(run)}, due at frame ${due}, which began at ${started}:\n`;
    if (holder !== undefined) return `${beginning}its sequence was held by ${spanOf(holder)}.`;
    const freed = others
      .filter(({ task, kind }) => kind === 'task' && task.sequence.workers === sequence.workers)
      .at(-1);
    if (run.kind !== 'task' || freed === undefined) return null;
    const { poolName, limit } = sequence.workers.admission;
    const pool = poolName === '' ? 'its pool' : `'${poolName}'`;
    const workers = limit === 1 ? `the one worker of ${pool} was` : `the ${limit} workers of ${pool} were`;
    return `${beginning}${workers} held by ${spanOf(freed)}${limit === 1 ? '' : ' among others'}.`;
  }
}

/** A task as one names it in a report: `'load' of 'io'`. */
export function nameOf({ kind, name, runner }: TaskRecord): string {
  const what = name === '' ? (kind === 'task' ? 'a task' : 'an action') : `'${name}'`;
  return ofRunner(what, runner);
}

/** Where it was posted, or nothing when that is not known: `, posted from test.ts:12`. */
export function postedFrom({ postedFrom: place }: TaskRecord): string {
  return place === '' ? '' : `, posted from ${shorten(place)}`;
}

function spanOf(record: TaskRecord): string {
  return `${nameOf(record)} from frame ${record.started} to ${record.ended}`;
}
