import type { Subscription } from 'rxjs';
import { followSignal } from '../base/signal-followers.js';
import type { SettlingTask } from './settling-task.js';

/** Callbacks from outside that a task needs only until it has settled: of the signal that cancels it, its time-out, its alarms. */
export class Ties {
  private unfollow: (() => void) | null = null;
  /** Drops the task when it has waited for too long. */
  private expiry: Subscription | null = null;
  private alarms: Set<Subscription> | null = null;

  constructor(private readonly task: SettlingTask<unknown>) {}

  /** Cancels the task when `signal` aborts, or at once if it has aborted. */
  follow(signal: AbortSignal): void {
    const cancel = (): void => this.task.cancel(signal.reason);
    if (signal.aborted) cancel();
    else this.unfollow = followSignal(signal, cancel);
  }

  /** Drops the task in `delay` milliseconds, unless it has begun by then. */
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

  /** The task begins in time. */
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
