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

/** Empty, or running as many tasks as its limit allows. */
export const NOWHERE = 0;
/** In the lanes of its scheduler: its next task may start. */
export const IN_LANE = 1;
/** At a gate: its next task may start when the gate calls it. */
export const AT_GATE = 2;
const NONE: readonly Gate[] = [];

/** Where a sequence is. */
export type Spot = typeof NOWHERE | typeof IN_LANE | typeof AT_GATE;

/** The owner of work: a runner, a pool, or a keyed runner with its keys. */
export interface WorkOwner {
  readonly traits: TaskTraits;
  readonly counters: Counters;
  /** Whether it, or its pool, has begun to shut down. */
  readonly isClosed: boolean;
  /** Its work on a clock: its sequence, the workers of a pool, or all keys; undefined before the first use. */
  findWork(scheduler: TaskScheduler): Work | undefined;
  /** The same, created if needed. */
  workOn(scheduler: TaskScheduler): Work;
  /** Its work on all clocks on which it was used, and which still exist. */
  works(): Work[];
  /** Its own sequences that it has used on a clock. */
  sequencesOn(scheduler: TaskScheduler): Sequence[];
}

/** The owner of a sequence: a runner, or a pool. It has its own sequence on every clock. */
export interface SequenceOwner extends TaskRunner, WorkOwner {
  /** The lane of tasks without their own priority. */
  readonly lane: Lane;
  /** Whether its tasks never overlap, now and in future. */
  readonly isSequenced: boolean;
  /** Whether a shutdown in progress accepts the task, and waits for it. */
  takesLate(task: Task, delay: number): boolean;
  /** The error of a task that comes, or is, too late. */
  rejection(what: string): TaskRejectedError;
  /** Whether tasks of the other owner are in the same sequence. */
  isSame(other: SequenceOwner): boolean;
  /** Its sequence on a clock, for tasks of one priority, either with or without a worker. */
  sequenceOn(scheduler: TaskScheduler, lane: Lane | typeof FOLLOW, needsWorker: boolean): Sequence;
}

/** The sequences of the keys of one keyed runner on one clock. They are removed when they are no longer in use. */
export interface Group extends Work {
  readonly busy: BusyList;
  readonly counters: Counters;
  /** A sequence of the group is idle: only the group still refers to it. */
  forget(sequence: Sequence): void;
}

/**
 * The first-in-first-out queue of one runner on one clock. At most `limit` of its tasks run at once.
 *
 * A sequence is in one spot: in the lanes, at a gate, or nowhere. Between two steps of the loop it is nowhere exactly if it
 * is empty or runs as many tasks as its limit allows. `gate` is the gate at which it waits or, in the lanes, the gate that
 * has called it and keeps a place for it.
 *
 * Its effective priority is the highest among its queued tasks. So urgent work behind slow work raises the priority of the
 * whole sequence, and no task overtakes another within it. Every method is O(1), but O(pending tasks) while one of them has
 * yielded.
 *
 * Operations that may throw (a wake-up of the host, a full stack) come before the first write of a method. So a post that
 * throws has changed nothing that matters. At worst it leaves an empty sequence in a lane, which the loop removes.
 */
export class Sequence implements Linked<Sequence>, Work {
  prev: Sequence | null = null;
  next: Sequence | null = null;
  /** Its lane, in the lanes or at a gate, which write it. */
  lane: Lane = BEST_EFFORT;
  spot: Spot = NOWHERE;
  gate: Gate | null = null;

  size = 0;
  running = 0;
  delayed = 0;
  /** How many of the queued tasks are internal. */
  internal = 0;
  /** Its index among the busy sequences of its workers; -1 while no task of it is queued or runs. */
  busyAt = -1;
  /** The same for its group. */
  groupAt = -1;
  /** How many rests of its tasks sleep, or wait for their turns. */
  rests = 0;
  /** Whether it goes before the others of its lane, behind earlier ones that do so too. True for continuations. */
  goesFirst = false;
  /** How many callers need the group to keep it while it is idle. */
  private keepers = 0;

  private readonly queue = new IntrusiveList<Task>();
  private readonly begun = new IntrusiveList<Task>();
  /** How many of the queued tasks have their own priority, for each priority. */
  private readonly ownPriorities: [number, number, number] = [0, 0, 0];
  /** The sum of these. */
  private ownPriorityCount = 0;
  private ownGates: readonly Gate[] = NONE;
  readonly keepAlive: boolean;
  readonly isBackToBack: boolean;

  constructor(
    readonly owner: SequenceOwner,
    readonly scheduler: TaskScheduler,
    readonly workers: Workers,
    public limit: number,
    /** The group to notify when it may be idle: see `TaskScheduler.sweep`. */
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

  /** Whether its group may drop it. */
  get isForgettable(): boolean {
    return this.isIdle && this.delayed === 0 && this.keepers === 0;
  }

  /** Whether none of its tasks is queued or runs. Delayed tasks do not count. */
  get isIdle(): boolean {
    return this.size === 0 && this.running === 0;
  }

  /** The same without internal tasks. */
  get isQuiet(): boolean {
    return this.size === this.internal && this.running === 0;
  }

  /** The gates that its tasks pass before they get a worker: its own, then those of its pool. */
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
   * Adds a task at the end of the queue, or before another queued task.
   *
   * @param isMoved whether it comes from another queue of its owner, where its gates have already admitted it
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
      // It is empty, or its limit is reached.
      if (this.running < this.limit) this.scheduler.ready(this, lane);
    } else if (lane < this.lane) {
      this.move(lane);
    }
    this.add(task, next, isMoved);
    if (this.rests > 0) this.reconsiderRests();
    for (const gate of gates) gate.trim();
  }

  /** A caller is about to push, or holds the sequence: its group must keep it until `unkeep`. */
  keep(): void {
    this.keepers++;
  }

  /** Ends one `keep`. */
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

  /**
   * Removes a task that will not run, or that moves to another queue of its owner, where it keeps its place at the gates.
   */
  remove(task: Task, isMoved = false): void {
    const wasHead = task === this.queue.head;
    this.queue.remove(task);
    this.count(task, -1, isMoved);
    task.place = IDLE;
    if (this.isIdle) this.workers.leave(this);
    if (this.spot === NOWHERE) return;
    if (this.size === 0) this.retire();
    // The new head may pass a gate that the old one could not: the scheduler checks it again.
    else if (wasHead && this.gate !== null) this.move(this.effectiveLane());
    else this.reconsider();
  }

  /** One of its tasks is delayed. */
  delay(): void {
    this.delayed++;
  }

  /** One of its delayed tasks is no longer delayed. */
  undelay(): void {
    this.delayed--;
    this.scheduler.mayBeIdle(this);
  }

  /** Puts a queued task before another one of the queue. */
  moveBefore(task: Task, next: Task): void {
    this.queue.remove(task);
    this.queue.insert(task, next);
    // It may pass a gate that the old head could not.
    if (task === this.queue.head && this.gate !== null) this.move(this.effectiveLane());
  }

  /** One of its tasks has one rest more, or less: see `Rests`. */
  countRest(by: 1 | -1): void {
    this.rests += by;
  }

  /**
   * Changes the priority of a task that has not begun, by calling `write`. In this queue it keeps its place.
   *
   * @param next the queue of its owner for the new priority: this one, or another one of a pool
   */
  reprioritize(task: Task, write: () => void, next: Sequence): void {
    const isQueued = task.place === QUEUED;
    if (next !== this) {
      this.moveTo(task, write, next, isQueued);
      return;
    }
    if (isQueued) this.countLane(task, -1);
    write();
    if (!isQueued) return;
    this.countLane(task, 1);
    this.reconsider();
  }

  /** Its effective priority may have changed: it goes to the end of its new lane. */
  reconsider(): void {
    const lane = this.effectiveLane();
    if (this.spot !== NOWHERE && lane !== this.lane) this.move(lane);
    if (this.rests > 0) this.reconsiderRests();
  }

  /** It may now pass a gate: the scheduler checks it again. */
  recheck(): void {
    if (this.spot === AT_GATE) this.move(this.effectiveLane());
  }

  /** It has no task to start: it is nowhere, and the gate that has called it may call another sequence. */
  retire(): void {
    const { gate } = this;
    if (this.spot === IN_LANE) this.scheduler.unready(this);
    else gate?.withdraw(this);
    this.gate = null;
    gate?.letGo(this);
  }

  /** From now on its tasks must also pass `gate`. */
  addGate(gate: Gate): void {
    this.ownGates = [...this.ownGates, gate];
  }

  /** They need not any more. */
  removeGate(gate: Gate): void {
    this.ownGates = this.ownGates.filter((other) => other !== gate);
    if (this.gate === gate) this.recheck();
  }

  /** Changes how many of its tasks may run at once. Running tasks go on if it is lowered. */
  setLimit(limit: number): void {
    this.limit = limit;
    if (this.isReady) this.enlist();
    else if (this.spot !== NOWHERE) this.retire();
  }

  /** The gate that keeps its head from starting; null if the head may start. No user code runs before it starts. */
  closedGate(task: Task): Gate | null {
    const { workers, lane } = this;
    for (const gate of this.gates) if (!gate.opens(task, lane)) return gate;
    return task.needsWorker && !workers.opens(task, lane) ? workers : null;
  }

  /** A task has passed all gates, and starts. */
  enter(task: Task): void {
    const { gate } = this;
    // This comes before the gate that called it calls the next sequence, which may no longer pass. If a gate throws, the
    // sequence keeps its call.
    for (const passed of this.gates) passed.enter(task);
    this.gate = null;
    gate?.served(this);
  }

  /** A task that has passed the gates has ended. */
  exit(task: Task): void {
    for (const gate of this.gates) gate.exit(task);
  }

  /** Counts the outcome of one of its tasks, for its runner, its keyed runner and its pool. */
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

  /** Moves a task to another queue of its owner. `write` changes its priority. */
  private moveTo(task: Task, write: () => void, next: Sequence, isQueued: boolean): void {
    // What may throw comes first, or the task would be in neither queue.
    if (isQueued) this.scheduler.wake(next.keepAlive);
    // It is counted out of this queue with the priority that it was counted in with.
    if (isQueued) this.remove(task, true);
    write();
    if (task.place >= DELAYED) {
      this.undelay();
      next.delay();
    }
    task.sequence = next;
    if (isQueued) next.push(task, null, true);
  }

  /** Moves to the end of another lane, to be checked again there. */
  private move(lane: Lane): void {
    this.scheduler.wake(this.keepAlive);
    this.retire();
    this.scheduler.ready(this, lane);
  }

  /** Tasks that wait behind a task that has yielded also wait for its rest, and lend it their priority. */
  private reconsiderRests(): void {
    for (const task of this.pending()) task.reconsiderRest();
  }

  private count(task: Task, by: 1 | -1, isMoved = false): void {
    this.size += by;
    this.countLane(task, by);
    if (task.delay !== null) this.scheduler.countOverdue(by);
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

/** Nearly all tasks succeed. A constant property name is faster than a dynamic one. */
function increment(counters: Counters, kind: keyof Counters): void {
  if (kind === 'finished') counters.finished++;
  else counters[kind]++;
}
