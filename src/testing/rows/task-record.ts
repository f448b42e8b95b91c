import { PostedTask } from '../../kernel/posted-task.js';
import { PRIORITIES } from '../../kernel/traits.js';
import type { TaskPriority } from '../../types.js';
import type { Task } from '../../kernel/task.js';
import type { CallSite } from '../../inspect/call-site.js';

/** What became of one run; `'pending'` is posted and not begun. */
export type TaskOutcome = 'pending' | 'running' | 'done' | 'failed' | 'cancelled' | 'rejected';

/** One run of a task, or of an action: an action that is armed again has a record per run. */
export interface TaskRecord {
  /** The task itself: the handle that `postTask` has returned, or the action. */
  readonly task: Task;
  /** The name it was posted with; empty when it has none of its own, as actions never have. */
  readonly name: string;
  /** The name of its runner, or of its pool. */
  readonly runner: string;
  /** The lane it began in; until then that of its own priority, or of its runner's. */
  readonly priority: TaskPriority;
  /** What `postTask` makes, or what `schedule` makes for RxJS. */
  readonly kind: 'task' | 'action';
  /** When it was posted. Times are those of its clock: frames in a `testScheduler.run()`. */
  readonly posted: number;
  /** When it began; null before that. */
  readonly started: number | null;
  /** How many runs had begun before it: the order within a frame. */
  readonly nth: number | null;
  /** When it gave its sequence free. */
  readonly ended: number | null;
  /** When its outcome was known: before `ended` when it was cancelled and went on. */
  readonly settled: number | null;
  /** What became of it. */
  readonly outcome: TaskOutcome;
  /** What it has failed with, was rejected with, or was cancelled for. */
  readonly error?: unknown;
  /** `file:line` of the caller outside of this library and RxJS; empty when that is not known. */
  readonly postedFrom: string;
}

/** The record while the recorder still writes it. */
export class OpenRecord implements TaskRecord {
  readonly name: string;
  readonly runner: string;
  readonly kind: 'task' | 'action';
  priority: TaskPriority;
  started: number | null = null;
  nth: number | null = null;
  ended: number | null = null;
  settled: number | null = null;
  outcome: TaskOutcome = 'pending';
  error?: unknown;

  constructor(
    readonly task: Task,
    readonly posted: number,
    private readonly site: CallSite | null,
  ) {
    const { owner } = task.sequence;
    const isTask = task instanceof PostedTask;
    this.kind = isTask ? 'task' : 'action';
    this.runner = owner.traits.name;
    // A task posted with other traits than a name inherits its runner's, and so has none of its own.
    this.name = isTask && task.traits.name !== owner.traits.name ? task.traits.name : '';
    this.priority = PRIORITIES[task.currentLane]!;
  }

  get postedFrom(): string {
    return this.site === null ? '' : this.site.toString();
  }
}
