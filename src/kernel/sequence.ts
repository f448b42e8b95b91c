import { IntrusiveList, type Linked } from '../base/intrusive-list.js';
import type { TaskRejectedError } from '../base/errors.js';
import type { TaskRunner, TaskTraits } from '../types.js';
import type { BusyList } from './busy-list.js';
import type { Counters } from './counters.js';
import { hub } from './events.js';
import type { Gate } from './gate.js';
import { DELAYED, IDLE, QUEUED, RUNNING } from './place.js';
import type { Task } from './task.js';
import type { TaskScheduler } from './scheduler.js';
import { BEST_EFFORT, FOLLOW, type Lane, USER_BLOCKING, USER_VISIBLE } from './traits.js';
import type { Work } from './work.js';
import type { Workers } from './workers.js';

/** Empty, or as many of its tasks run as may. */
export const NOWHERE = 0;
/** In the lanes of its scheduler: its next task may start. */
export const IN_LANE = 1;
/** At a gate: its next task may start when the gate calls it. */
export const AT_GATE = 2;
const NONE: readonly Gate[] = [];

/** Where a sequence stands. */
export type Spot = typeof NOWHERE | typeof IN_LANE | typeof AT_GATE;

/** Whose work one may look at: a runner, a pool, or the keys of a keyed runner. */
export interface WorkOwner {
  readonly traits: TaskTraits;
  readonly counters: Counters;
  /** Whether it, or its pool, has begun to shut down. */
  readonly isClosed: boolean;
  /** What was posted to it on a clock: its sequence, all workers of a pool, all keys; undefined while it was not used. */
  findWork(scheduler: TaskScheduler): Work | undefined;
  /** The same, made when it was not used. */
  workOn(scheduler: TaskScheduler): Work;
  /** The same for all clocks on which it has been used, and which still exist. */
  works(): Work[];
  /** The sequences of its own that it has used on a clock. */
  sequencesOn(scheduler: TaskScheduler): Sequence[];
}

/** Whom a sequence belongs to: a runner, or a pool. It has a sequence of its own on every clock. */
export interface SequenceOwner extends TaskRunner, WorkOwner {
  /** The lane of tasks that have no priority of their own. */
  readonly lane: Lane;
  /** Whether its tasks never overlap, now and in future. */
  readonly isSequenced: boolean;
  /** Whether a shutdown that is going on takes the task in all the same, and waits for it. */
  takesLate(task: Task, delay: number): boolean;
  /** The error of something that comes, or is, too late. */
  rejection(what: string): TaskRejectedError;
  /** Whether what runs for the other is in the same sequence. */
  isSame(other: SequenceOwner): boolean;
  /** Its sequence on a clock, for tasks of one priority, which must have a worker or need none. */
  sequenceOn(scheduler: TaskScheduler, lane: Lane | typeof FOLLOW, needsWorker: boolean): Sequence;
}

/** The sequences of the keys of one keyed runner on one clock: known while they are in use, and swept afterwards. */
export interface Group extends Work {
  readonly busy: BusyList;
  readonly counters: Counters;
  /** A sequence of it is idle: nothing but the group need keep it. */
  forget(sequence: Sequence): void;
}

/**
 * The first-in-first-out queue of one runner on one clock, at most `limit` of whose tasks run at once.
 *
 * A sequence stands in one spot: in the lanes, at a gate, or nowhere. Between two steps of the loop it is nowhere exactly
 * while it is empty or has as many running as it may. `gate` is the gate where it waits, or, in the lanes, the gate that
 * has called it and keeps a place for it.
 *
 * Its effective priority is the highest among its queued tasks, so that urgent work behind slow work lifts the whole
 * sequence and nothing overtakes within it. Every method is O(1), but O(pending tasks) while one of them has yielded.
 *
 * What may throw (a wake-up of the host, a full stack) comes before the first write of a method. So a post that throws has
 * changed nothing that matters: at most an empty sequence stands in a lane, and the loop takes it out.
 */
export class Sequence implements Linked<Sequence>, Work {
  prev: Sequence | null = null;
  next: Sequence | null = null;
  /** The lane it stands in, in the lanes or at a gate; written by them. */
  lane: Lane = BEST_EFFORT;
  spot: Spot = NOWHERE;
  gate: Gate | null = null;

  size = 0;
  running = 0;
  delayed = 0;
  /** How many of the queued tasks are the library's own. */
  internal = 0;
  /** Its place among the busy sequences of its workers, and of its group; -1 while nothing of it is queued or runs. */
  busyAt = -1;
  groupAt = -1;
  /** How many rests of its tasks wait for their turn, or sleep. */
  rests = 0;
  /** Whether it goes before others of its lane, behind those that do so too: what continues tasks. */
  goesFirst = false;
  /** How many callers need its group to keep it while it is idle. */
  private keepers = 0;

  private readonly queue = new IntrusiveList<Task>();
  private readonly begun = new IntrusiveList<Task>();
  /** How many of the queued tasks have a priority of their own, for each priority and in all. */
  private readonly ownPriorities: [number, number, number] = [0, 0, 0];
  private ownPriorityCount = 0;
  private ownGates: readonly Gate[] = NONE;
  readonly keepAlive: boolean;
  readonly isBackToBack: boolean;

  constructor(
    readonly owner: SequenceOwner,
    readonly scheduler: TaskScheduler,
    readonly workers: Workers,
    public limit: number,
    /** The group that wants to know when it may be idle: see `TaskScheduler.sweep`. */
    readonly group: Group | null = null,
  ) {
    this.keepAlive = owner.traits.keepAlive;
    this.isBackToBack = owner.traits.backToBack;
  }

  get head(): Task | null {
    return this.queue.head;
  }

  get tail(): Task | null {
    return this.queue.tail;
  }

  /** Whether it has a task that may start, as far as it knows. */
  get isReady(): boolean {
    return this.size > 0 && this.running < this.limit;
  }

  /** Whether its group need not know it any more. */
  get isForgettable(): boolean {
    return this.isIdle && this.delayed === 0 && this.keepers === 0;
  }

  /** Whether nothing of it is queued or runs; what is delayed does not count. */
  get isIdle(): boolean {
    return this.size === 0 && this.running === 0;
  }

  /** The same, but for what is the library's own. */
  get isQuiet(): boolean {
    return this.size === this.internal && this.running === 0;
  }

  /** What its tasks pass before they get a worker: gates of its own, then those of its pool. */
  get gates(): readonly Gate[] {
    const { ownGates, workers } = this;
    if (workers.gates.length === 0) return ownGates;
    return ownGates.length === 0 ? workers.gates : [...ownGates, ...workers.gates];
  }

  get busySequences(): readonly Sequence[] {
    return [this];
  }

  has(task: Task): boolean {
    return task.sequence === this;
  }

  /** The highest priority among the queued tasks, as a lane. */
  effectiveLane(): Lane {
    const { lane } = this.owner;
    if (this.ownPriorityCount === 0) return lane;
    const [blocking, visible] = this.ownPriorities;
    const highest = blocking > 0 ? USER_BLOCKING : visible > 0 ? USER_VISIBLE : BEST_EFFORT;
    return this.ownPriorityCount < this.size && lane < highest ? lane : highest;
  }

  /**
   * Adds a task at the end of the queue, or before another one of it.
   *
   * @param isMoved whether it comes from another queue of its owner, in which its gates have taken it in
   */
  push(task: Task, next: Task | null = null, isMoved = false): void {
    const { spot } = this;
    task.place = IDLE;
    const gates = isMoved || !task.needsWorker ? NONE : this.gates;
    for (const gate of gates) {
      if (gate.admit(task)) continue;
      if (hub.isHeard) hub.left(task);
      return;
    }
    const lane = task.currentLane;
    if (this.busyAt < 0) this.workers.join(this);
    if (spot === NOWHERE) {
      // It is empty, unless as many run as may.
      if (this.running < this.limit) this.scheduler.ready(this, lane);
    } else if (lane < this.lane) {
      this.move(lane);
    }
    this.add(task, next, isMoved);
    if (this.rests > 0) this.reconsiderRests();
    for (const gate of gates) gate.trim();
  }

  /** Somebody is about to push, or holds it: its group must not forget it meanwhile. */
  keep(): void {
    this.keepers++;
  }

  /** That is over. */
  unkeep(): void {
    this.keepers--;
    this.scheduler.mayBeIdle(this);
  }

  /** Takes the head out to run it. */
  take(): Task {
    const task = this.queue.head!;
    this.queue.remove(task);
    this.count(task, -1);
    task.place = RUNNING;
    this.running++;
    return task;
  }

  /** A task that it has started is pending. */
  hold(task: Task): void {
    this.begun.push(task);
  }

  /** A task that was pending has ended. */
  release(task: Task): void {
    this.begun.remove(task);
  }

  /** A run has ended. */
  ended(task: Task): void {
    if (task.place === RUNNING) task.place = IDLE;
    this.running--;
    if (this.isIdle) this.workers.leave(this);
  }

  /** After a change, while it is nowhere: it goes to its lane if a task of it may start. */
  enlist(): void {
    if (this.spot === NOWHERE && this.isReady) this.scheduler.ready(this, this.effectiveLane());
  }

  /** Takes out a task that will not run, or goes to another queue of its owner: there it keeps its place at the gates. */
  remove(task: Task, isMoved = false): void {
    const wasHead = task === this.queue.head;
    this.queue.remove(task);
    this.count(task, -1, isMoved);
    task.place = IDLE;
    if (this.isIdle) this.workers.leave(this);
    if (this.spot === NOWHERE) return;
    if (this.size === 0) this.retire();
    // The new head may pass where the old one could not: the scheduler looks at it again.
    else if (wasHead && this.gate !== null) this.move(this.effectiveLane());
    else this.reconsider();
  }

  /** A task of it is delayed. */
  delay(): void {
    this.delayed++;
  }

  /** One of its delayed tasks is not delayed any more. */
  undelay(): void {
    this.delayed--;
    this.scheduler.mayBeIdle(this);
  }

  /** Puts a queued task before another one of the queue. */
  moveBefore(task: Task, next: Task): void {
    this.queue.remove(task);
    this.queue.insert(task, next);
    // It may pass where the old head could not.
    if (task === this.queue.head && this.gate !== null) this.move(this.effectiveLane());
  }

  /** One of its tasks has one rest more, or less: see `Rests`. */
  countRest(by: 1 | -1): void {
    this.rests += by;
  }

  /**
   * Changes the priority of a task that has not begun. `write` does it.
   *
   * @param next where its owner has tasks of that priority: here, where it keeps its place, or in another queue of a pool
   */
  reprioritize(task: Task, write: () => void, next: Sequence): void {
    const isQueued = task.place === QUEUED;
    if (next !== this) {
      this.handOver(task, write, next, isQueued);
      return;
    }
    if (isQueued) this.countLane(task, -1);
    write();
    if (!isQueued) return;
    this.countLane(task, 1);
    this.reconsider();
  }

  /** Its effective priority may have changed: it goes to the end of the lane where it belongs. */
  reconsider(): void {
    const lane = this.effectiveLane();
    if (this.spot !== NOWHERE && lane !== this.lane) this.move(lane);
    if (this.rests > 0) this.reconsiderRests();
  }

  /** It may pass now where it could not before: the scheduler looks at it again. */
  recheck(): void {
    if (this.spot === AT_GATE) this.move(this.effectiveLane());
  }

  /** It has nothing to start: it is nowhere, and whoever has called it may call another. */
  retire(): void {
    const { gate } = this;
    if (this.spot === IN_LANE) this.scheduler.unready(this);
    else gate?.withdraw(this);
    this.gate = null;
    gate?.letGo(this);
  }

  /** From now on its tasks must pass `gate` as well. */
  addGate(gate: Gate): void {
    this.ownGates = [...this.ownGates, gate];
  }

  /** They need not any more. */
  removeGate(gate: Gate): void {
    this.ownGates = this.ownGates.filter((other) => other !== gate);
    if (this.gate === gate) this.recheck();
  }

  /** Changes how many of its tasks may run at once. With fewer, what runs goes on. */
  setLimit(limit: number): void {
    this.limit = limit;
    if (this.isReady) this.enlist();
    else if (this.spot !== NOWHERE) this.retire();
  }

  /** The gate that keeps its head from starting; null when it may start. No code of the user runs before it does. */
  closedGate(task: Task): Gate | null {
    const { workers, lane } = this;
    for (const gate of this.gates) if (!gate.opens(task, lane)) return gate;
    return task.needsWorker && !workers.opens(task, lane) ? workers : null;
  }

  /** A task has passed all gates, and starts. */
  enter(task: Task): void {
    const { gate } = this;
    // Before the gate that has called it calls the next one, which may not pass any more. If one throws, it keeps its call.
    for (const passed of this.gates) passed.enter(task);
    this.gate = null;
    gate?.served(this);
  }

  /** A task that has passed the gates has ended. */
  exit(task: Task): void {
    for (const gate of this.gates) gate.exit(task);
  }

  /** Counts what became of one of its tasks: for its runner, its keyed runner and its pool. */
  tally(kind: keyof Counters): void {
    increment(this.owner.counters, kind);
    if (this.group !== null) increment(this.group.counters, kind);
    increment(this.workers.admission.counters, kind);
  }

  /** The queued tasks, oldest first. */
  *[Symbol.iterator](): Generator<Task> {
    for (let task = this.queue.head; task !== null; task = task.next) yield task;
  }

  /** The tasks that have begun and are pending, oldest first. */
  *pending(): Generator<Task> {
    for (let task = this.begun.head; task !== null; task = task.next) yield task;
  }

  protected add(task: Task, next: Task | null = null, isMoved = false): void {
    this.queue.insert(task, next);
    task.place = QUEUED;
    this.count(task, 1, isMoved);
  }

  private handOver(task: Task, write: () => void, next: Sequence, isQueued: boolean): void {
    // What may throw comes first, or it would be in neither.
    if (isQueued) this.scheduler.wake(next.keepAlive);
    // Before it is written, since the queued tasks are counted by priority.
    if (isQueued) this.remove(task, true);
    write();
    if (task.place >= DELAYED) {
      this.undelay();
      next.delay();
    }
    task.sequence = next;
    if (isQueued) next.push(task, null, true);
  }

  /** To the end of another lane, to be looked at again there. */
  private move(lane: Lane): void {
    this.scheduler.wake(this.keepAlive);
    this.retire();
    this.scheduler.ready(this, lane);
  }

  /** What waits behind a task that has yielded waits for that too, and lends it its priority. */
  private reconsiderRests(): void {
    for (const task of this.pending()) task.reconsiderRest();
  }

  private count(task: Task, by: 1 | -1, isMoved = false): void {
    this.size += by;
    this.countLane(task, by);
    if (task.isInternal) this.internal += by;
    if (task.needsWorker && !isMoved) for (const gate of this.gates) gate.queued(task, by);
  }

  private countLane(task: Task, by: 1 | -1): void {
    const { lane } = task;
    if (lane === FOLLOW) return;
    this.ownPriorities[lane] += by;
    this.ownPriorityCount += by;
  }
}

/** Nearly all tasks end well; a name that the compiler knows is faster than one that it does not. */
function increment(counters: Counters, kind: keyof Counters): void {
  if (kind === 'finished') counters.finished++;
  else counters[kind]++;
}
