import { hostFunctions, setRef } from './host-functions.js';
import { MORE, PAUSE, type Pump, REST, type Step, type Verdict } from './host.js';
import { outside } from './outside.js';

/** How many steps one message serves, if it may serve several. */
const LISTENERS = 64;

/**
 * The length of a pause, in milliseconds. A browser always runs messages before background work of other scripts. During a
 * pause there are no messages.
 */
const PAUSE_TIME = 5;

/** The `MessageChannel` when this module was loaded. A test's replacement may lose messages. */
const FIRST_CHANNEL = globalThis.MessageChannel as unknown;

/**
 * Steps by messages, if there is no `setImmediate`. A nested `setTimeout` would be clamped to 4 ms. It is only used if
 * there is no `MessageChannel`.
 *
 * Between two *listeners* of one message event the stack is empty, and HTML requires a microtask checkpoint there ("clean
 * up after running script"). So in browsers one message serves 64 steps, and `stopImmediatePropagation` ends the turn. Node
 * runs its listeners without checkpoints, and zone.js wraps them. So the pump tests whether there is a checkpoint. Without
 * one, each step has its own message.
 */
export class MessagePump implements Pump {
  private port: MessagePort | null = null;
  private sender: MessagePort | null = null;
  private openedBy: unknown = undefined;
  /** The port or the timer that will bring the coming step. */
  private asked: unknown = null;
  private isAwake = false;
  /** Whether microtasks run between two listeners; null until that was tested. */
  private hasCheckpoints: boolean | null = null;
  /** Whether a microtask has run since the first listener, during that test. */
  private hasMicrotaskRun = false;
  isSure = false;

  constructor(
    private readonly step: Step,
    private readonly keepsAlive: () => boolean,
  ) {}

  wake(keepAlive: boolean): void {
    if (this.isSure) return;
    if (!this.isAwake || this.openedBy !== hostFunctions().MessageChannel) outside(() => this.ask(keepAlive));
    else if (keepAlive) setRef(this.asked, true);
    else return;
    this.isAwake = true;
    this.isSure = keepAlive && this.port !== null && this.openedBy === FIRST_CHANNEL;
  }

  private ask(keepAlive: boolean): void {
    const { MessageChannel, setTimeout } = hostFunctions();
    if (MessageChannel !== undefined && this.openedBy !== MessageChannel) this.open(MessageChannel);
    if (this.port === null || this.sender === null) {
      this.openedBy = MessageChannel;
      this.askTimer(setTimeout, 0, keepAlive);
      return;
    }
    // An open port would keep a Node process alive for ever, so it is referenced only while a message is pending.
    this.asked = this.port;
    setRef(this.port, keepAlive);
    this.sender.postMessage(null);
  }

  private open(Channel: typeof MessageChannel): void {
    const { port1, port2 } = new Channel();
    if (typeof port1.addEventListener === 'function' && typeof port1.start === 'function') {
      for (let index = 0; index < LISTENERS; index++) {
        // One function for all of them would be one listener.
        port1.addEventListener('message', (event) => this.listen(index, event));
      }
      port1.start();
      this.hasCheckpoints = null;
    } else {
      port1.onmessage = () => this.tick(true);
    }
    setRef(port1, false);
    this.openedBy = Channel;
    this.port = port1;
    this.sender = port2;
  }

  private listen(index: number, event: Event): void {
    if (index === 0) setRef(this.port, false);
    if (index === 0 && this.hasCheckpoints === null) void this.tryCheckpoint();
    else this.hasCheckpoints ??= this.hasMicrotaskRun;
    const isOver = index > 0 && !this.hasCheckpoints;
    if (isOver ? this.goOn() : this.tick(index === 0, index === LISTENERS - 1 || this.hasCheckpoints === false)) {
      event.stopImmediatePropagation();
    }
  }

  /** The next step comes with a separate message. */
  private goOn(): true {
    this.isAwake = this.isSure = false;
    this.wake(this.keepsAlive());
    return true;
  }

  /** A native promise: that of zone.js has checkpoints of its own. */
  private async tryCheckpoint(): Promise<void> {
    this.hasMicrotaskRun = false;
    await Promise.resolve();
    this.hasMicrotaskRun = true;
  }

  /** Tasks posted during a pause wait for its end. */
  private pause(): void {
    const { setTimeout } = hostFunctions();
    outside(() => this.askTimer(setTimeout, PAUSE_TIME, this.keepsAlive()));
    this.isAwake = true;
  }

  private askTimer(setTimeout: typeof globalThis.setTimeout, delay: number, keepAlive: boolean): void {
    this.asked = setTimeout(() => this.tick(true), delay);
    setRef(this.asked, keepAlive);
  }

  /** Runs one step. Returns true if the rest of this message is not needed. */
  private tick(isFirst: boolean, isLast = true): boolean {
    if (!this.isAwake) return true;
    let verdict: Verdict = REST;
    try {
      this.isSure = true;
      verdict = this.step(isFirst);
    } finally {
      if (verdict !== MORE || isLast) this.isAwake = this.isSure = false;
      if (verdict === PAUSE) this.pause();
      else if (verdict === REST || (verdict === MORE && isLast)) this.wake(this.keepsAlive());
    }
    return verdict !== MORE || isLast;
  }
}
