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
 * Milliseconds. A timer that is later than this shows that the loop has stood still: the page was frozen, or the machine
 * slept. Timers of hidden pages are up to 1,000 late.
 */
const STANDSTILL = 2_000;

/** The owner of a thread, which gets its events. */
export interface ThreadOwner {
  /** How many values of an iterator may be in transit. */
  readonly credit: number;
  /** It serves its tasks from now on. */
  ready(thread: Thread): void;
  /** A call has ended, and another may start. */
  hasRoom(): void;
  /** It has ended by itself, whether it has served its tasks or not. Its calls fail afterwards. */
  crashed(thread: Thread, error: ThreadCrashedError, hadServed: boolean): void;
}

/** One thread, and the calls that run on it. */
export class Thread implements ChannelListener {
  private readonly calls = new Map<unknown, RemoteCall>();
  /** The tasks that it serves; null until it is ready. */
  private served: ReadonlySet<unknown> | null = null;
  /** The alarm that gives it up if it is not ready in time. */
  private late: Alarm | null = null;
  /** Whether a call has the thread for itself, because the thread may have to be terminated with it. */
  private isTaken = false;
  /** Whether it keeps the process alive, as a worker does at first. */
  private isKept = true;
  private isOver = false;

  constructor(
    readonly name: string,
    private readonly channel: Channel,
    private readonly owner: ThreadOwner,
  ) {}

  /** Starts the thread, once its owner knows it. */
  open(startTimeout: number): void {
    this.channel.open(this);
    // A thread on this loop already serves.
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
    // Set before the message is sent, because a thread on this loop may answer at once.
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

  /** Tells a call to stop. It counts as running until it has ended. */
  cancel(call: RemoteCall): void {
    this.channel.send(message(CANCEL, call.id), []);
  }

  /** Ends the thread at once. Calls that run on it fail with `error`. */
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
    // The owner comes first: code that runs after a failed call must not find the thread there.
    this.owner.crashed(this, error, isReady);
    for (const call of calls) call.fail(error);
  }

  /** Gives it up when it has not served in time. */
  private expectWithin(startTimeout: number, scheduler: TaskScheduler): void {
    const due = scheduler.clock.now() + startTimeout;
    const giveUp = (): void => {
      // The loop has stood still: the thread gets the same time again.
      if (scheduler.clock.now() - due > STANDSTILL) this.expectWithin(startTimeout, scheduler);
      else this.gone(new Error(`it has not served its tasks within ${startTimeout} ms`));
    };
    // The timer does not keep the process alive. Calls that wait for the thread do.
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

  /** Ends, and returns the calls that ran on it. */
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

/**
 * If a message cannot be sent, an argument cannot be cloned, or it cannot be moved. In the latter case the platform's error
 * says why.
 */
function errorOfArguments({ task, args, options }: RemoteCall, error: unknown): Error {
  const { transfer } = options;
  const index = args.findIndex((arg) => culpritIn(arg, transfer) !== null);
  if (index >= 0) return cloneError(`argument ${index + 1} of task '${task}'`, args[index], error, transfer);
  return cloneError(`what task '${task}' is to be given`, transfer, error);
}
