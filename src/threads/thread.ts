import { show } from '../base/demand.js';
import { threadCalls } from '../inspect/thread-calls.js';
import type { Alarm } from '../kernel/alarm.js';
import type { TaskScheduler } from '../kernel/scheduler.js';
import { cloneError, culpritIn } from '../remote/clone-error.js';
import { transferListOfAll } from '../remote/transfer.js';
import {
  CALL,
  CANCEL,
  CREDIT,
  END,
  FAIL,
  malformed,
  message,
  type Message,
  messageIn,
  NEXT,
  PULLED,
  READY,
} from '../remote/wire.js';
import { fromWire, type WireError } from '../remote/wire-error.js';
import { schedulerInForce } from '../virtual/in-force.js';
import type { Channel, ChannelListener } from './channel.js';
import { ThreadCrashedError } from './errors.js';
import type { RemoteCall } from './remote-call.js';

/**
 * Milliseconds. A timer that is later than this says that the loop has stood still: the page was frozen, or the machine slept. Timers of
 * hidden pages are up to 1,000 late.
 */
const STANDSTILL = 2_000;

/** What a thread tells its owner. */
export interface ThreadOwner {
  /** How many values of an iterator may be on their way. */
  readonly credit: number;
  /** It serves its tasks from now on. */
  ready(thread: Thread): void;
  /** A call has ended, and another may start. */
  hasRoom(): void;
  /** It has gone by itself, having served its tasks or not. Its calls are told afterwards. */
  crashed(thread: Thread, error: ThreadCrashedError, hadServed: boolean): void;
}

/** One thread, and the calls that run on it. */
export class Thread implements ChannelListener {
  private readonly calls = new Map<unknown, RemoteCall>();
  /** The tasks that it serves; null until it has said so. */
  private served: ReadonlySet<unknown> | null = null;
  /** Gives it up when it has not said so in time. */
  private late: Alarm | null = null;
  /** Whether a call has it for itself, since it may have to be ended for that. */
  private isTaken = false;
  /** Whether it keeps the process alive, as a worker does at first. */
  private isKept = true;
  private isOver = false;

  constructor(
    readonly name: string,
    private readonly channel: Channel,
    private readonly owner: ThreadOwner,
  ) {}

  /** Begins, once its owner knows it. */
  open(startTimeout: number): void {
    this.channel.open(this);
    // One on this loop serves already.
    if (this.isReady || this.isOver) return;
    this.expectWithin(startTimeout, schedulerInForce());
  }

  get isReady(): boolean {
    return this.served !== null;
  }

  get size(): number {
    return this.calls.size;
  }

  /** Whether a call may start here beside those that run. */
  takes(call: RemoteCall, perThread: number): boolean {
    return this.isReady && !this.isTaken && this.size < (call.options.terminate ? 1 : perThread);
  }

  start(call: RemoteCall): void {
    const { id, task, args, options } = call;
    if (!this.served!.has(task)) {
      const names = [...this.served!].join(', ');
      call.fail(new TypeError(`No task '${task}' is served by the module of the threads, which serves: ${names}.`));
      return;
    }
    // Before it is sent: one on this loop may answer at once.
    this.calls.set(id, call);
    threadCalls.sent(call, this.name);
    this.isTaken = options.terminate;
    this.keepAlive(true);
    try {
      const list = transferListOfAll(args, options.transfer);
      this.channel.send(message(CALL, id, task, args, this.owner.credit), list);
    } catch (error) {
      this.forget(call);
      call.fail(errorOfArguments(call, error));
      this.owner.hasRoom();
    }
  }

  has(call: RemoteCall): boolean {
    return this.calls.has(call.id);
  }

  /** Tells a call to stop. It runs until it has ended. */
  cancel(call: RemoteCall): void {
    this.channel.send(message(CANCEL, call.id), []);
  }

  /** Ends it at once: what runs on it fails with `error`. */
  end(error: Error): Promise<void> {
    const calls = this.leave();
    const ended = this.channel.end();
    for (const call of calls) call.fail(error);
    return ended;
  }

  /** Whether it keeps a process alive. */
  keepAlive(isKept: boolean): void {
    if (isKept === this.isKept || this.isOver) return;
    this.isKept = isKept;
    this.channel.keepAlive(isKept);
  }

  // What it hears.

  received(data: unknown): void {
    const received = messageIn(data);
    if (received === null || this.isOver) return;
    const [, kind, id] = received;
    if (kind === READY && Array.isArray(id) && !this.isReady) this.ready(new Set(id));
    else if (kind === NEXT || kind === PULLED || kind === END || kind === FAIL) {
      const call = this.calls.get(id);
      if (call !== undefined) this.answered(call, received);
    } else this.gone(malformed(`of kind ${show(kind)}, from a thread`));
  }

  gone(why: unknown): void {
    if (this.isOver) return;
    const { isReady, name } = this;
    const calls = this.leave();
    const when = isReady ? '' : ' before it served its tasks';
    const reason = why instanceof Error ? why.message : show(why);
    const error = new ThreadCrashedError(`The thread '${name}' has gone${when}: ${reason}`, { cause: why });
    void this.channel.end();
    // First its owner: what a call that fails leads to must not find it there.
    this.owner.crashed(this, error, isReady);
    for (const call of calls) call.fail(error);
  }

  /** Gives it up when it has not served in time. */
  private expectWithin(startTimeout: number, scheduler: TaskScheduler): void {
    const due = scheduler.clock.now() + startTimeout;
    const giveUp = (): void => {
      // Nobody was there to hear it: it has as much time again.
      if (scheduler.clock.now() - due > STANDSTILL) this.expectWithin(startTimeout, scheduler);
      else this.gone(new Error(`it has not served its tasks within ${startTimeout} ms`));
    };
    // It keeps no process alive, lest it should for longer than whatever waits for the thread.
    this.late = scheduler.alarm(startTimeout, giveUp, false);
  }

  private ready(served: ReadonlySet<unknown>): void {
    this.served = served;
    this.late?.unsubscribe();
    this.owner.ready(this);
    if (this.size === 0) this.keepAlive(false);
  }

  private answered(call: RemoteCall, received: Message): void {
    const [, kind, , value] = received;
    if (kind === NEXT) call.next(value);
    else if (kind === PULLED) {
      const more = call.pulled(value, this.owner.credit);
      if (more > 0 && this.has(call)) this.channel.send(message(CREDIT, call.id, more), []);
    } else {
      this.forget(call);
      if (kind === FAIL) call.fail(errorIn(value));
      else {
        if (received.length > 3) call.next(value);
        call.complete();
      }
      this.owner.hasRoom();
    }
  }

  private forget(call: RemoteCall): void {
    this.calls.delete(call.id);
    this.isTaken = false;
    if (this.size === 0) this.keepAlive(false);
  }

  /** It is over, and gives the calls that ran on it. */
  private leave(): RemoteCall[] {
    const calls = [...this.calls.values()];
    this.isOver = true;
    this.served = null;
    this.late?.unsubscribe();
    this.calls.clear();
    return calls;
  }
}

function errorIn(value: unknown): unknown {
  try {
    return fromWire(value as WireError);
  } catch (error) {
    return error;
  }
}

/** What cannot be sent is an argument; or else it cannot be moved, of which the error of the platform tells. */
function errorOfArguments({ task, args, options }: RemoteCall, error: unknown): Error {
  const { transfer } = options;
  const index = args.findIndex((arg) => culpritIn(arg, transfer) !== null);
  if (index >= 0) return cloneError(`argument ${index + 1} of task '${task}'`, args[index], error, transfer);
  return cloneError(`what task '${task}' is to be given`, transfer, error);
}
