import { pendingIn, waitingIn } from '../../kernel/inventory.js';
import { delayOf } from '../../kernel/delay-manager.js';
import type { Sequence } from '../../kernel/sequence.js';
import { IDLE, QUEUED, RUNNING } from '../../kernel/place.js';
import type { Task } from '../../kernel/task.js';
import { TurnScheduler } from '../../kernel/turn-scheduler.js';
import type { Workers } from '../../kernel/workers.js';
import { CallSite } from '../../inspect/call-site.js';
import type { EnvironmentHost } from './environment-host.js';
import { listenOn } from '../rows/listen-on.js';
import { shorten } from '../report/place.js';

/** How often what is dropped may post again. */
const ROUNDS = 100;

/** The loop of production on the clock of a `TaskEnvironment`, one task at a time, and what is to be known of it. */
export class EnvironmentScheduler extends TurnScheduler {
  private readonly pools = new Set<Workers>();
  /** Where tasks were posted. A site holds on to the task that posted, so that no chain of posts may be kept here. */
  private readonly sites = new WeakMap<Task, { readonly post: CallSite; readonly verb: CallSite | null }>();
  /** Where the verb that goes on was called: nobody has posted there what the library itself posts again. */
  private verb: CallSite | null = null;
  /** The tasks that have ended since the last one ran: a loop may still ask where they were posted. */
  private readonly over: Task[] = [];
  private ran: Task | null = null;
  private hasCalledAlarm = false;

  constructor(private readonly host: EnvironmentHost) {
    super(host);
    listenOn(this, {
      posted: (task) => {
        this.sites.set(task, { post: new CallSite(), verb: this.verb });
      },
      left: (task) => {
        this.sites.delete(task);
      },
      ended: (task) => {
        this.over.push(task);
      },
    });
  }

  /** A verb is called. */
  enterVerb(): void {
    this.verb = new CallSite();
  }

  /** Whether a task is ready that may begin now. Looking changes nothing, so what is due has not yet joined its queue. */
  get isReady(): boolean {
    if (this.nextDeadline <= this.host.now()) return true;
    for (const sequence of this.lanes) {
      if (sequence.closedGate(sequence.head!) === null) return true;
    }
    return false;
  }

  /** When the earliest of the delayed tasks is due. */
  get nextDeadline(): number {
    return this.delays.nextDeadline;
  }

  /** Whether an alarm was called since somebody last asked: then promises may settle. */
  takeAlarm(): boolean {
    const { hasCalledAlarm } = this;
    this.hasCalledAlarm = false;
    return hasCalledAlarm;
  }

  /** Runs the task whose turn it is; null when there is none, or an alarm was called first. */
  runNext(): Task | null {
    this.forgetOver();
    // What somebody has run outside of turns does not count.
    this.takeRan();
    // A turn may run nothing: it finds what is due in a sequence that is held, or sends one to wait for a worker.
    while (this.host.turn()) {
      const ran = this.takeRan();
      if (ran !== null) return ran;
      if (this.hasCalledAlarm) return null;
    }
    return null;
  }

  /** The tasks that have not begun. */
  waiting(): Task[] {
    return [...this.pools].flatMap(waitingIn);
  }

  /** The tasks that have begun, and whose promise or observable has not ended. */
  begun(): Task[] {
    return [...this.pools].flatMap(pendingIn);
  }

  /** What a task is called in messages. */
  describe(task: Task): string {
    const label = task.describe();
    const { post, verb } = this.sites.get(task) ?? {};
    const site = post?.toString() ?? '';
    return site === '' || site === verb?.toString() ? label : `${label}, posted at ${shorten(site)}`;
  }

  /**
   * Drops everything, and tells whoever awaits it; an action may be armed again, on another clock. Gives what it has
   * dropped, in words.
   */
  dropAll(): string[] {
    const dropped = new Map<Task, string>();
    // What is cancelled may post again, but not for ever.
    for (let round = 0; round < ROUNDS; round++) {
      const tasks = [...this.begun(), ...this.waiting()].filter((task) => !task.closed && !dropped.has(task));
      if (tasks.length === 0) break;
      for (const task of tasks) {
        // One before it may have cancelled it.
        if (task.closed || task.place === IDLE) continue;
        dropped.set(task, `${this.describe(task)} (${stateOf(task)})`);
        if (task.place !== RUNNING) this.cancel(task);
        task.abandon('its TaskEnvironment was disposed of');
      }
    }
    this.host.onEnd();
    return [...dropped.values()];
  }

  private takeRan(): Task | null {
    const { ran } = this;
    this.ran = null;
    return ran;
  }

  private forgetOver(): void {
    // An action that is armed again is posted no second time.
    for (const task of this.over) if (task.place === IDLE) this.sites.delete(task);
    this.over.length = 0;
  }

  override join(workers?: Workers): void {
    if (workers !== undefined) this.pools.add(workers);
  }

  protected override promote(now: number): boolean {
    const hasCalled = super.promote(now);
    this.hasCalledAlarm ||= hasCalled;
    return hasCalled;
  }

  override step(sequence: Sequence): boolean {
    const task = sequence.head;
    // One task per turn, also where tasks run back to back.
    this.checkpoint();
    const hasRun = super.step(sequence);
    if (hasRun) this.ran = task!.whole;
    return hasRun;
  }
}

function stateOf(task: Task): string {
  if (task.place === RUNNING) return 'has begun, and awaits something; in the synchronous verbs no promise settles';
  return task.place === QUEUED ? 'ready' : `delayed by ${delayOf(task)}`;
}
