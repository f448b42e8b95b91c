import type { Subscription } from 'rxjs';
import { followSignal } from '../base/signal-followers.js';
import type { SettlingTask } from './settling-task.js';

/** What ties a task to the world until it has settled: the signal that cancels it, its time-out, alarms of its code. */
export class Ties {
  private unfollow: (() => void) | null = null;
  /** Drops it when it has waited for too long. */
  private expiry: Subscription | null = null;
  private alarms: Set<Subscription> | null = null;

  constructor(private readonly task: SettlingTask<unknown>) {}

  /** Cancels the task when `signal` aborts, or at once. */
  follow(signal: AbortSignal): void {
    const cancel = (): void => this.task.cancel(signal.reason);
    if (signal.aborted) cancel();
    else this.unfollow = followSignal(signal, cancel);
  }

  /** Drops the task, unless it has begun in `delay` milliseconds. */
  expireIn(delay: number): void {
    const { task } = this;
    this.expiry = task.alarm(delay, () => task.expire());
  }

  /** Calls `run` in `delay` milliseconds, unless the task has settled by then. */
  alarm(delay: number, run: () => void): Subscription {
    const { task } = this;
    const alarm = task.alarm(delay, run);
    if (task.hasSettled) alarm.unsubscribe();
    else {
      const alarms = (this.alarms ??= new Set());
      alarms.add(alarm);
      alarm.add(() => alarms.delete(alarm));
    }
    return alarm;
  }

  /** The task begins: it has not waited for too long. */
  start(): void {
    this.expiry?.unsubscribe();
  }

  /** The task settles. */
  cut(): void {
    this.expiry?.unsubscribe();
    this.alarms?.forEach((alarm) => alarm.unsubscribe());
    this.unfollow?.();
  }
}
