import type { Subscription } from 'rxjs';
import type { Deferred } from '../base/deferred.js';
import type { PostedTask } from './posted-task.js';
import type { Repetition } from './repetition.js';

/** In how many turns running a task that yields may keep its place, before others of its lane go first once. */
const MOST_TURNS = 20;

/** What only some posted tasks have: made when the first of it is needed, so that the others stay small. */
export class TaskExtras {
  /** Of the signal of its context, once somebody has asked for it. */
  controller: AbortController | null = null;
  /** Leaves the signal it follows. */
  unfollow: (() => void) | null = null;
  /** Unsubscribes from the observable it has returned. */
  inner: Subscription | null = null;
  /** What goes on when its turn comes after it has yielded: a promise of `context.yield()`, or a generator. */
  rest: Deferred | Iterator<unknown> | null = null;
  /** What makes it repeat. */
  repetition: Repetition | null = null;
  /** The task to which it is the reply. */
  origin: PostedTask<unknown> | null = null;
  /** How long one run of it may take, in milliseconds, and what ends it then, or while it waits. */
  runTimeout = Infinity;
  alarm: Subscription | null = null;
  /** When it became ready, began and failed, by its clock: for the pool's error handler, if there is one. */
  readyAt = NaN;
  startedAt = NaN;
  failedAt = NaN;
  /** The turn in which it yielded last, and in how many it has kept its place. */
  private yieldedIn = 0;
  private turnsKept = 0;

  get waitTime(): number {
    return Math.max(0, this.startedAt - this.readyAt);
  }

  get runTime(): number {
    return this.failedAt - this.startedAt;
  }

  takeRest(): Deferred | Iterator<unknown> | null {
    const { rest } = this;
    this.rest = null;
    return rest;
  }

  /** It yields in this turn: whether it keeps its place in its lane. */
  keepsTurn(turnNumber: number): boolean {
    if (turnNumber !== this.yieldedIn) this.turnsKept = (this.turnsKept + 1) % MOST_TURNS;
    this.yieldedIn = turnNumber;
    return this.turnsKept !== 0;
  }

  clearAlarm(): void {
    this.alarm?.unsubscribe();
    this.alarm = null;
  }

  /** It has settled: nothing waits for it any more. */
  release(): void {
    this.clearAlarm();
    this.unfollow?.();
    this.unfollow = null;
  }

  /** What still runs of it is told to stop. */
  stop(reason: unknown): void {
    this.controller?.abort(reason);
    this.inner?.unsubscribe();
  }
}
