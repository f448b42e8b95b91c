import type { Clock } from '../host/host.js';

/** When a task became ready, began and failed, by its clock. */
export class TaskTimes {
  private readonly readyAt: number;
  private startedAt: number | null = null;
  private failedAt: number | null = null;

  /** @param delay milliseconds until the task is ready */
  constructor(
    private readonly clock: Clock,
    delay: number,
  ) {
    this.readyAt = clock.now() + delay;
  }

  /** It begins now. */
  start(): void {
    this.startedAt = this.clock.now();
  }

  /** It fails now. */
  fail(): void {
    this.failedAt = this.clock.now();
  }

  /** When it began or, before that, when it became ready. */
  get since(): number {
    return this.startedAt ?? this.readyAt;
  }

  /** How long it waited for its turn, in milliseconds; `undefined` if it has not begun. */
  get waitTime(): number | undefined {
    return this.startedAt === null ? undefined : Math.max(0, this.startedAt - this.readyAt);
  }

  /** How long it ran until it failed, in milliseconds; `undefined` if it has not begun, or not failed. */
  get runTime(): number | undefined {
    return this.startedAt === null || this.failedAt === null ? undefined : this.failedAt - this.startedAt;
  }
}
