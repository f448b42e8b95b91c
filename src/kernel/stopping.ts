import type { Subscription } from 'rxjs';
import { TaskTimeoutError } from '../base/errors.js';
import { currentTask } from './current.js';
import { deliver } from './failures.js';
import { RUNNING } from './place.js';
import type { PostedTask } from './posted-task.js';

/** How the code of a task is told to stop, and let go when it goes on for too long. */
export class Stopping {
  /** Of the signal of its context, once somebody has read that. */
  private controller: AbortController | null = null;
  /** What its function has returned, if that is an observable which goes on. While it is pending without, it awaits a promise. */
  inner: Subscription | null = null;
  /** How many milliseconds its code may go on once it was told. */
  private grace = Infinity;
  /** Lets go of it then. */
  private alarm: Subscription | null = null;

  constructor(private readonly task: PostedTask<unknown>) {}

  get signal(): AbortSignal {
    const { task } = this;
    const controller = (this.controller ??= new AbortController());
    if (task.closed && task.state !== 'done') controller.abort(task.result);
    return controller.signal;
  }

  /** Its function has returned an observable, which goes on. */
  follow(inner: Subscription): void {
    this.inner = inner;
    inner.add(() => {
      this.inner = null;
      this.task.innerEnded();
    });
  }

  tell(reason: unknown): void {
    this.controller?.abort(reason);
    this.inner?.unsubscribe();
  }

  letGoAfter(ms: number): void {
    this.grace = ms;
    // It may have been told to stop before it says so.
    if (this.task.hasSettled) this.letGoLater();
  }

  /** The task has settled. Its code goes on for so long, and no longer; of one that failed by itself, its clean-up does. */
  letGoLater(): void {
    const { task, grace } = this;
    this.end();
    if (task.place !== RUNNING || task.state === 'done' || grace === Infinity) return;
    this.alarm = task.alarm(grace, () => this.letGo());
  }

  /** The task ends: nothing is left to let go of. */
  end(): void {
    this.alarm?.unsubscribe();
  }

  /** Its code has not ended in time: nobody waits for it any more. */
  private letGo(): void {
    const { task, grace } = this;
    if (task.place !== RUNNING) return;
    // It has asked whether it should yield. Until it returns nothing else could run, and it may end by itself.
    if (currentTask() === task) {
      task.sequence.scheduler.clock.later(() => this.letGo());
      return;
    }
    task.end();
    if (task.sequence.workers.admission.onTaskError === null) return;
    const why = `Let go, since it went on for longer than ${grace} ms after it was told to stop`;
    deliver({ task, error: new TaskTimeoutError(`${why}; what it still does is ignored: ${task.describe()}.`) });
  }
}
