import type { Task } from '../../kernel/task.js';
import { type Place, shorten } from '../report/place.js';
import type { Problem } from '../report/problem.js';
import type { TaskRecord } from '../rows/task-record.js';
import { nameOf } from './waits.js';

/** Actions of RxJS's own schedulers, and messages of hot and cold observables, for each task that is allowed. */
const ACTIONS_PER_TASK = 10;
/** Of so many runs one looks who they are: at the end of a runaway there is nobody else left. */
const SAMPLE = 200;

/** Counts what runs, and calls `onRunaway` once, when it is more than a test can mean. */
export class RunawayGuard {
  private tasks = 0;
  private actions = 0;
  private isTripped = false;

  constructor(
    private readonly maxTasks: number,
    private readonly onRunaway: () => void,
  ) {}

  /** A task begins. */
  readonly task = (): void => {
    if (++this.tasks > this.maxTasks) this.trip();
  };

  /** An action of virtual time begins: a task's wake-up, or anything else. */
  readonly action = (): void => {
    if (++this.actions > this.maxTasks * ACTIONS_PER_TASK) this.trip();
  };

  /** What to say of it: who ran most of late. */
  problem(records: readonly TaskRecord[], frame: number, place: Place): Problem {
    const { tasks, actions, maxTasks } = this;
    if (tasks <= maxTasks) {
      return {
        place,
        text: [
          `Virtual time does not end: more than ${actions - 1} actions have run by frame ${frame}, and ${tasks === 0 ? 'none' : `only ${tasks}`} of them for tasks of runners.`,
          "Something on RxJS's own schedulers goes on for ever, such as an interval without take() or an unsubscription.",
        ].join('\n'),
      };
    }
    const [who, count, sampled] = busiest(records);
    return {
      place,
      text: [
        `Virtual time does not end: more than ${maxTasks} tasks have run by frame ${frame}.`,
        `Of the last ${sampled}, ${count} were runs of ${who}.`,
        'End the stream, with take() or an unsubscription, or raise the option maxTasks.',
      ].join('\n'),
    };
  }

  private trip(): void {
    if (this.isTripped) return;
    this.isTripped = true;
    this.onRunaway();
  }
}

function busiest(records: readonly TaskRecord[]): [who: string, count: number, sampled: number] {
  const begun = records.filter(({ started }) => started !== null);
  const sample = begun.slice(-SAMPLE);
  // An action that is armed again was posted where it was armed first.
  const origins = new Map<Task, string>();
  const wanted = new Set(sample.map(({ task }) => task));
  for (const { task, postedFrom } of records) {
    if (wanted.has(task) && !origins.has(task)) origins.set(task, shorten(postedFrom));
  }
  const counts = new Map<string, number>();
  for (const record of sample) {
    const origin = origins.get(record.task)!;
    const who = `${nameOf(record)}${origin === '' ? '' : `, posted from ${origin}`}`;
    counts.set(who, (counts.get(who) ?? 0) + 1);
  }
  const [who, count] = [...counts].reduce((most, one) => (one[1] > most[1] ? one : most));
  return [who, count, sample.length];
}
