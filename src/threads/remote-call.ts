import type { Subscriber } from 'rxjs';
import type { TransferList } from '../remote/transfer.js';

/** Options of a call. */
export interface CallOptions {
  /** Parts of the arguments that are moved instead of copied. `transfer` marks them at the argument itself. */
  readonly transfer?: TransferList | undefined;
  /**
   * Defaults to false: a cancelled task may take its time, and its thread is busy until the task has ended. With true the
   * thread is terminated and replaced if the task goes on for longer than `grace`. No other task runs on that thread.
   */
  readonly terminate?: boolean | undefined;
  /** Milliseconds that a cancelled task may go on, for `terminate`. Defaults to 1,000. */
  readonly grace?: number | undefined;
}

/** The same, checked and complete. */
export type CallPlan = { readonly [K in keyof CallOptions]-?: NonNullable<CallOptions[K]> };

/** One call of a served task, from its start until all its code has ended. */
export class RemoteCall {
  hasEnded = false;
  private listeners: (() => void)[] | null = null;
  /** How many values of an iterator have arrived since credit was last sent to the thread. */
  private taken = 0;

  constructor(
    readonly id: number,
    readonly task: string,
    readonly args: readonly unknown[],
    readonly options: CallPlan,
    private readonly subscriber: Subscriber<unknown>,
  ) {}

  next(value: unknown): void {
    this.subscriber.next(value);
  }

  /** The same for a value of an iterator. Returns the credit to send, or 0 while it is too small for a message. */
  pulled(value: unknown, credit: number): number {
    this.next(value);
    const taken = this.taken + 1;
    const isWorthIt = taken >= credit / 2;
    this.taken = isWorthIt ? 0 : taken;
    return isWorthIt ? taken : 0;
  }

  complete(): void {
    this.end();
    this.subscriber.complete();
  }

  fail(error: unknown): void {
    this.end();
    this.subscriber.error(error);
  }

  /** All its code has ended. */
  end(): void {
    this.hasEnded = true;
    for (const listener of this.listeners ?? []) listener();
    this.listeners = null;
  }

  /** Calls `listener` when it has ended, or at once if it has. */
  whenEnded(listener: () => void): void {
    if (this.hasEnded) listener();
    else (this.listeners ??= []).push(listener);
  }
}
