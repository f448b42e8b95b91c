import type { Subscription } from 'rxjs';
import { TaskTimeoutError } from '../base/errors.js';
import { currentTask } from './current.js';
import { deliver } from './failures.js';
import { RUNNING } from './place.js';
import type { PostedTask } from './posted-task.js';

/** Tells the code of a task to stop, and lets it go if it goes on for too long. */
export class Stopping {
  /** The controller of the context's signal, created when the signal is first read. */
  private controller: AbortController | null = null;
  /** The observable that its function has returned, while it is subscribed. A pending task without one awaits a promise. */
  inner: Subscription | null = null;
  /** How many milliseconds its code may go on after it was told to stop. */
  private grace = Infinity;
  /** Lets the code go then. */
  private alarm: Subscription | null = null;

  constructor(private readonly task: PostedTask<unknown>) {}

  get signal(): AbortSignal {
    const { task } = this;
    const controller = (this.controller ??= new AbortController());
    if (task.closed && task.state !== 'done') controller.abort(task.result);
    return controller.signal;
  }

  /** Its function has returned an observable, which has not completed. */
  follow(inner: Subscription): void {
    this.inner = inner;
    inner.add(() => {
      this.inner = null;
      this.task.innerEnded();
    });
  }

  /** Tells the code to stop. */
  tell(reason: unknown): void {
    this.controller?.abort(reason);
    this.inner?.unsubscribe();
  }

  letGoAfter(ms: number): void {
    this.grace = ms;
    // It may have been told to stop before this call.
    if (this.task.hasSettled) this.letGoLater();
  }

  /** The task has settled. Its code, or the clean-up of a task that failed by itself, may only go on for the given time. */
  letGoLater(): void {
    const { task, grace } = this;
    this.end();
    if (task.place !== RUNNING || task.state === 'done' || grace === Infinity) return;
    this.alarm = task.alarm(grace, () => this.letGo());
  }

  /** The task ends: there is no code left to let go. */
  end(): void {
    this.alarm?.unsubscribe();
  }

  /** Its code has not ended in time. The sequence no longer waits for it. */
  private letGo(): void {
    const { task, grace } = this;
    if (task.place !== RUNNING) return;
    // The task is on the stack, in `shouldYield`. Nothing else can run until it returns, and it may end by itself.
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
