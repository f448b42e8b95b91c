import { Observable, Subject, type Subscription } from 'rxjs';
import { steps, type TaskContext, type TaskHandle } from '../../src/index.js';
import type { Work } from './conservation.js';
import { gate } from '../support/support.js';

/** One posted task, seen from outside: its handle, and whether its code runs. */
export class Entry {
  readonly controller = new AbortController();
  subscription!: Subscription;
  /** Null for what `fromTask` has posted. */
  handle: TaskHandle<unknown> | null = null;
  /** How many of its codes have begun and not ended: the task's, or the reply's. */
  active = 0;
  /** How often it was closed, and how often its promise has settled. */
  closings = 0;
  settlings = 0;
  isAwaited = false;
  /** Ends the code that is pending, if that waits for something. */
  end: ((fails: boolean) => void) | null = null;

  get isClosed(): boolean {
    return this.subscription.closed;
  }

  /** Code that does what `work` says; `perform` runs its verbs. */
  code(work: Work, perform: () => void): (context: TaskContext) => never {
    const begin = (context: TaskContext): unknown => {
      this.active++;
      if (work.ending === 'steps') return steps(() => this.steps(perform))(context);
      if (work.ending === 'yields') return this.yielding(context, perform);
      perform();
      if (work.ending === 'promise') return this.promise();
      if (work.ending === 'observable') return this.observable();
      this.active--;
      if (work.ending === 'throws') throw new Error('thrown');
      return 'result';
    };
    return begin as (context: TaskContext) => never;
  }

  private *steps(perform: () => void): Generator<void, string, void> {
    try {
      yield;
      perform();
      yield;
      yield;
      return 'steps';
    } finally {
      this.active--;
    }
  }

  private async yielding(context: TaskContext, perform: () => void): Promise<void> {
    try {
      await context.yield();
      perform();
      void context.yield();
      await context.yield();
    } finally {
      this.active--;
    }
  }

  private async promise(): Promise<void> {
    const { promise, open, fail } = gate();
    this.end = (fails) => {
      if (fails) fail(new Error('rejected'));
      else open();
    };
    try {
      await promise;
    } finally {
      this.active--;
    }
  }

  private observable(): Observable<unknown> {
    // A task that was cancelled while its code ran is not subscribed to it.
    this.active--;
    return new Observable((subscriber) => {
      this.active++;
      const source = new Subject<unknown>();
      this.end = (fails) => {
        if (fails) source.error(new Error('errored'));
        else source.complete();
      };
      source.subscribe(subscriber);
      return () => {
        this.active--;
      };
    });
  }
}
