import type { PostedTask } from './posted-task.js';
import { type Continuation, Rest, type Until } from './rest.js';
import { NOWHERE } from './sequence.js';
import type { Task } from './task.js';

/** For how many consecutive turns a task that yields may keep its place before the others of its lane go first once. */
const MOST_TURNS = 20;

/** The rests of a task that has yielded or sleeps: several if it does so several times at once. */
export class Rests {
  /** Whether the task is about to end and has no more rests. */
  isOver = false;
  private readonly waiting: Rest[] = [];
  /** Whether the task ends as soon as it no longer has to wait for one of them. */
  private endTask = false;
  /** The last turn in which the task yielded. */
  private yieldedIn = 0;
  /** For how many consecutive turns it has kept its place. */
  private turnsKept = 0;

  constructor(readonly task: PostedTask<unknown>) {}

  /** Whether one of them sleeps. The others wait for their turns. */
  get areAsleep(): boolean {
    return this.waiting.some(({ sequence }) => sequence.spot === NOWHERE);
  }

  /** The tasks whose ends they wait for. */
  get awaited(): Task[] {
    return this.waiting.flatMap(({ continuation: { awaited } }) => (awaited?.closed === false ? [awaited] : []));
  }

  /** The task yields, and continues at the head of its lane. */
  giveWay(continuation: Continuation): void {
    this.ask(this.add(continuation));
  }

  /** The task sleeps until `until` calls its argument. */
  sleep(continuation: Continuation, until: Until): void {
    const rest = this.add(continuation);
    until(() => {
      if (this.waiting.includes(rest)) this.ask(rest);
    });
  }

  /** A rest begins. */
  begin(rest: Rest): void {
    this.take(rest);
    this.task.takeWorker(rest.sequence.lane);
  }

  /** A rest that has begun has ended. */
  ended(): void {
    if (this.endTask && !this.areAwaited) this.task.end();
  }

  /** The function of the task has ended. Returns whether the task stays open until its rests have ended. */
  keepOpen(): boolean {
    return (this.endTask = this.areAwaited);
  }

  /** The task has settled with an error: stops the rests that end with it. */
  stop(reason: unknown): void {
    for (const rest of [...this.waiting]) {
      const { stop } = rest.continuation;
      if (stop === null) continue;
      this.drop(rest);
      stop(reason);
    }
  }

  /** The task ends: code that it did not await goes on, and finds that the task has ended. */
  end(): void {
    const { task, waiting } = this;
    this.isOver = true;
    for (let rest = waiting[0]; rest !== undefined; rest = waiting[0]) {
      this.drop(rest);
      try {
        rest.continuation.next();
      } catch (error) {
        task.sequence.scheduler.fail(task, error);
      }
    }
  }

  /** Their priority may have changed. */
  reconsider(): void {
    for (const { sequence } of this.waiting) sequence.reconsider();
  }

  /** They may no longer need a worker. */
  recheck(): void {
    for (const { sequence } of [...this.waiting]) sequence.recheck();
  }

  /** Whether one of them does not stop with the task. The others only sleep, and their alarms are gone. */
  private get areAwaited(): boolean {
    return this.waiting.some(({ continuation }) => continuation.stop === null);
  }

  private add(continuation: Continuation): Rest {
    const rest = new Rest(this, continuation);
    this.waiting.push(rest);
    this.task.sequence.countRest(1);
    return rest;
  }

  private ask(rest: Rest): void {
    const { turnNumber } = this.task.sequence.scheduler;
    if (turnNumber !== this.yieldedIn) this.turnsKept = (this.turnsKept + 1) % MOST_TURNS;
    this.yieldedIn = turnNumber;
    rest.ask(this.turnsKept !== 0);
  }

  private drop(rest: Rest): void {
    if (rest.sequence.spot !== NOWHERE) rest.sequence.remove(rest);
    this.take(rest);
  }

  private take(rest: Rest): void {
    this.waiting.splice(this.waiting.indexOf(rest), 1);
    this.task.sequence.countRest(-1);
  }
}
