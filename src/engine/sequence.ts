import { IntrusiveList, type Linked } from '../base/intrusive-list.js';
import type { Lanes } from './lanes.js';
import type { PostedTask } from './posted-task.js';
import { QueueBound } from './queue-bound.js';
import type { SequenceOwner } from './sequence-owner.js';
import { IDLE, QUEUED, RUNNING, type Task } from './task.js';
import type { TaskScheduler } from './task-scheduler.js';
import { BEST_EFFORT, FOLLOW, type Lane, USER_BLOCKING, USER_VISIBLE } from './traits.js';
import { Watched } from './watched.js';
import type { Workers } from './workers.js';

/**
 * The first-in-first-out queue of one runner on one clock, at most `limit` of whose tasks run at once.
 *
 * A sequence is in one place: in the lanes, because it has a task that may start; with the workers, because its next
 * task must have one and none is free; or nowhere, because it is empty or has as many running as it may. `lanes` says
 * which of the first two, and is null for nowhere.
 *
 * Its effective priority is the highest among its queued tasks, so that urgent work behind slow work lifts the whole
 * sequence and nothing overtakes within it. Every verb is O(1).
 */
export class Sequence extends Watched implements Linked<Sequence> {
  prev: Sequence | null = null;
  next: Sequence | null = null;
  lanes: Lanes | null = null;
  /** The lane it is in while it is in one. */
  lane: Lane = BEST_EFFORT;
  /** Whether its next task has waited for a worker already, and so keeps its turn when it must wait again. */
  waited = false;

  size = 0;
  running = 0;
  delayed = 0;

  /** How many of the queued tasks do not keep the process alive. */
  private quiet = 0;
  private readonly queue = new IntrusiveList<Task>();
  /** How many of the queued tasks have a priority of their own, and which. */
  private readonly own: [number, number, number] = [0, 0, 0];
  private owned = 0;

  /** Null, and free, where the queue has no bounds. */
  readonly bound: QueueBound | null;
  /** How many barriers are in the queue, or run. */
  barriers = 0;
  /** How many tasks of the queue have begun, and yielded. */
  private yielded = 0;

  /** Whether its owner's actions keep the process alive. */
  readonly keepAlive: boolean;

  constructor(
    readonly owner: SequenceOwner,
    readonly scheduler: TaskScheduler,
    readonly workers: Workers,
    readonly limit: number,
  ) {
    super();
    this.keepAlive = owner.traits.keepAlive;
    this.bound = owner.queue === null ? null : new QueueBound(this, owner.queue);
  }

  get head(): Task | null {
    return this.queue.head;
  }

  get tail(): Task | null {
    return this.queue.tail;
  }

  /** Whether something in its queue keeps the process alive. */
  get keepsAlive(): boolean {
    return this.size > this.quiet;
  }

  /** The highest priority among the queued tasks, as a lane. */
  effectiveLane(): Lane {
    const { lane } = this.owner;
    if (this.owned === 0) return lane;
    const [blocking, visible] = this.own;
    const highest = blocking > 0 ? USER_BLOCKING : visible > 0 ? USER_VISIBLE : BEST_EFFORT;
    return this.owned < this.size && lane < highest ? lane : highest;
  }

  /** Adds a task at the end of the queue, or before another one of it. */
  push(task: Task, next: Task | null = null): void {
    if (this.bound !== null) this.pushWithin(this.bound, task, next);
    else this.add(task, next);
  }

  /** Takes the head out to run it. */
  begin(): Task {
    const task = this.queue.head!;
    this.drop(task);
    task.place = RUNNING;
    this.running++;
    if (this.yielded > 0 && this.workers.pending.has(task)) this.yielded--;
    if (this.waited && task.needsWorker) {
      this.waited = false;
      this.workers.serve(this);
    }
    return task;
  }

  /** A task that runs gives way: it stands at the head of the queue, and will go on where it left off. */
  suspend(task: Task, keepsTurn: boolean): void {
    this.running--;
    // In a parallel sequence others wait in the same queue: when it does not keep its turn, one of them goes first.
    const isFirst = keepsTurn || this.limit === 1 || this.barriers > 0;
    this.queue.insert(task, isFirst ? this.head : this.afterNext());
    this.yielded++;
    task.place = QUEUED;
    this.count(task, 1);
    const { lanes } = this;
    if (lanes === null) {
      if (keepsTurn) this.scheduler.readyFirst(this);
      else this.scheduler.ready(this);
    } else {
      lanes.headChanged(this);
      // Not of `lanes`: it may have waited for a worker, and come back.
      if (!keepsTurn) this.lanes?.rotate(this);
    }
  }

  /** A task that has given way goes on before its turn: it is settled, and has to end. */
  resume(task: Task): void {
    this.drop(task);
    task.place = RUNNING;
    this.running++;
    this.yielded--;
    if (this.lanes !== null && !this.isReady) this.lanes.remove(this);
  }

  /** The head waits for a worker: if a task behind it, that has yielded, holds one, that goes first after all. */
  bringForward(): boolean {
    if (this.yielded === 0) return false;
    let task = this.head;
    while (task !== null && !this.workers.pending.has(task)) task = task.next;
    if (task === null) return false;
    this.queue.remove(task);
    this.queue.insert(task, this.head);
    return true;
  }

  /** Whether it has a task that may start. */
  get isReady(): boolean {
    return this.size > 0 && this.running < this.limit && (this.barriers === 0 || this.mayPass());
  }

  /** Whether nothing of it is queued or runs; what is delayed does not count. */
  get isIdle(): boolean {
    return this.size === 0 && this.running === 0;
  }

  /** After a change, while it is nowhere: it goes to its lane if a task of it may start. */
  settle(): void {
    if (this.lanes === null && this.isReady) this.scheduler.ready(this);
  }

  /** Takes out a task that will not run. */
  remove(task: Task): void {
    const { lanes } = this;
    const wasHead = task === this.queue.head;
    this.drop(task);
    task.place = IDLE;
    if (lanes === null) return;
    if (this.size === 0 || (this.barriers > 0 && !this.isReady)) lanes.remove(this);
    else if (wasHead) lanes.headChanged(this);
    else lanes.reconsider(this);
    if (wasHead && this.waited) this.renounce();
  }

  /** It was on its way to a worker, for a task or in a lane that are no more: another may go. */
  renounce(): void {
    this.waited = false;
    this.workers.admitNext();
  }

  /** Changes the priority of a queued task, which keeps its place. */
  reprioritize(task: PostedTask<unknown>, lane: Lane): void {
    this.count(task, -1);
    task.lane = lane;
    this.count(task, 1);
    this.lanes?.reconsider(this);
  }

  /** Calls `resolve` when there is room in the queue; what it returns takes the wish back. */
  whenRoom(resolve: () => void): () => void {
    if (this.bound !== null) return this.bound.whenRoom(resolve);
    resolve();
    return () => undefined;
  }

  /** Counts something that was not taken in, or dropped from the queue. */
  countRefusal(kind: 'rejected' | 'dropped'): void {
    this.owner[kind]++;
    this.workers.admission[kind]++;
  }

  /** The queued tasks, oldest first. */
  *[Symbol.iterator](): Generator<Task> {
    for (let task = this.queue.head; task !== null; task = task.next) yield task;
  }

  private pushWithin(bound: QueueBound, task: Task, next: Task | null): void {
    // Nowhere, as long as it is not taken in.
    task.place = IDLE;
    if (task.needsWorker && !bound.admit(task as unknown as PostedTask<unknown>)) return;
    this.add(task, next);
    bound.trim();
  }

  private add(task: Task, next: Task | null): void {
    this.queue.insert(task, next);
    task.place = QUEUED;
    this.count(task, 1);
    if (this.lanes === null) this.settle();
    else if (task.currentLane < this.lane) this.lanes.reconsider(this);
  }

  /** A barrier waits for all that runs, and what is behind it for the barrier. */
  private mayPass(): boolean {
    return this.running === 0 || !(this.workers.barred.has(this) || this.head!.isBarrier);
  }

  /** The place behind the first of those that have not begun. */
  private afterNext(): Task | null {
    let task = this.head;
    while (task !== null && !task.needsWorker) task = task.next;
    return task === null ? null : task.next;
  }

  private drop(task: Task): void {
    this.queue.remove(task);
    this.count(task, -1);
  }

  private count(task: Task, by: 1 | -1): void {
    this.size += by;
    this.workers.queued += by;
    if (task.lane !== FOLLOW) {
      this.own[task.lane] += by;
      this.owned += by;
    }
    if (!task.keepAlive) this.quiet += by;
    if (this.bound !== null && task.needsWorker) this.bound.count(by);
  }
}
