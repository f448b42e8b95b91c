import { PostedTask } from '../../kernel/posted-task.js';
import { PRIORITIES } from '../../kernel/traits.js';
import type { TaskPriority } from '../../types.js';
import type { Task } from '../../kernel/task.js';
import type { CallSite } from '../../inspect/call-site.js';

/** The outcome of a run. `'pending'` means posted and not begun. */
export type TaskOutcome = 'pending' | 'running' | 'done' | 'failed' | 'cancelled' | 'rejected';

/** One run of a task or of an action. An action that is re-armed has a record per run. */
export interface TaskRecord {
  /** The task itself: the handle that `postTask` returned, or the action. */
  readonly task: Task;
  /** The name with which it was posted. Empty for actions, and for tasks without their own name. */
  readonly name: string;
  /** The name of its runner, or of its pool. */
  readonly runner: string;
  /** The lane in which it began; until then that of its own priority, or of its runner's. */
  readonly priority: TaskPriority;
  /** `'task'` for `postTask`, `'action'` for `schedule`. */
  readonly kind: 'task' | 'action';
  /** When it was posted. Times are those of its clock: frames in a `testScheduler.run()`. */
  readonly posted: number;
  /** When it began; null before that. */
  readonly started: number | null;
  /** How many runs had begun before it: the order within a frame. */
  readonly nth: number | null;
  /** When it released its sequence. */
  readonly ended: number | null;
  /** When its outcome was known: before `ended` if it was cancelled and its code went on. */
  readonly settled: number | null;
  /** The outcome of the run. */
  readonly outcome: TaskOutcome;
  /** The error of a failed or rejected task, or the reason for cancelling it. */
  readonly error?: unknown;
  /** `file:line` of the caller outside of this library and RxJS. Empty if it is not known. */
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
