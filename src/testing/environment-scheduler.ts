import { deliver } from '../engine/failures.js';
import { waitingTasks } from '../engine/inventory.js';
import { PostedTask } from '../engine/posted-task.js';
import type { Sequence } from '../engine/sequence.js';
import { IDLE, QUEUED, RUNNING, type Task } from '../engine/task.js';
import { TurnScheduler } from '../engine/turn-scheduler.js';
import type { Workers } from '../engine/workers.js';
import { CallSite } from '../base/call-site.js';
import type { EnvironmentHost } from './environment-host.js';
import { observe } from '../engine/observers.js';
import { shorten } from './place.js';

/** How often what is dropped may post again. */
const ROUNDS = 100;

/** The loop of production on the clock of a `TaskEnvironment`, one task at a time, and what is to be known of it. */
export class EnvironmentScheduler extends TurnScheduler {
  private readonly pools = new Set<Workers>();
  private readonly sites = new WeakMap<Task, CallSite>();
  private ran: Task | null = null;

  constructor(private readonly host: EnvironmentHost) {
    super(host);
    observe(this, {
      posted: (task) => {
        this.sites.set(task, new CallSite());
      },
    });
  }

  /** Whether a task is ready that may begin now. Looking changes nothing, so what is due has not yet joined its queue. */
  get isReady(): boolean {
    if (this.nextDeadline <= this.host.now()) return true;
    for (const { head, workers, lane } of this.lanes) {
      if (!head!.needsWorker || workers.canBegin(lane)) return true;
    }
    return false;
  }

  /** When the earliest of the delayed tasks is due. */
  get nextDeadline(): number {
    return this.delays.nextDeadline;
  }

  /** Runs the task whose turn it is; null when there is none. */
  runNext(): Task | null {
    // A turn may run nothing: it finds what is due in a sequence that is held, or sends one to wait for a worker.
    while (this.host.turn()) {
      const { ran } = this;
      this.ran = null;
      if (ran !== null) return ran;
    }
    return null;
  }

  /** The tasks that have not begun. */
  waiting(): Task[] {
    return [...this.pools].flatMap(waitingTasks);
  }

  /** The tasks that have begun, and whose promise or observable has not ended. */
  begun(): Task[] {
    return [...this.pools].flatMap(({ pending }) => [...pending.keys()]);
  }

  /** What a task is called in messages. */
  describe(task: Task): string {
    const { name } = task.sequence.owner.traits;
    const label = task instanceof PostedTask ? task.describe() : `an action${name === '' ? '' : ` of '${name}'`}`;
    const site = shorten(this.sites.get(task)?.toString() ?? '');
    return site === '' ? label : `${label}, posted at ${site}`;
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
        if (task.place !== RUNNING) this.withdraw(task);
        task.abandon('its TaskEnvironment was disposed of');
      }
    }
    return [...dropped.values()];
  }

  // Not at the end of a turn: a failure out of a turn would wait for the next one, which may never come.
  override fail(task: Task, error: unknown): void {
    this.host.later(() => {
      deliver({ task, error });
    });
  }

  override join(workers?: Workers): void {
    if (workers !== undefined) this.pools.add(workers);
  }

  protected override step(sequence: Sequence): boolean {
    const task = sequence.head!;
    const begins = !task.needsWorker || sequence.workers.canBegin(sequence.lane, sequence);
    if (begins) this.ran = task;
    return super.step(sequence);
  }
}

function stateOf(task: Task): string {
  if (task.place === RUNNING) return 'has begun, and awaits something; in the synchronous verbs no promise settles';
  return task.place === QUEUED ? 'ready' : `delayed by ${task.delay}`;
}
