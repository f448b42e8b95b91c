import { demand, demandObject, isCount, show } from '../base/demand.js';
import { ServedCall } from './served-call.js';
import type { ServedTasks } from './types.js';
import { CALL, CANCEL, CREDIT, FAIL, malformed, message, type Message, messageIn, READY, type Send } from './wire.js';
import { toWire } from './wire-error.js';

/** The thread's side: runs served tasks, and sends their results. Only served tasks can be called. */
export class Server {
  /** A map, so that no name finds a member of a prototype. */
  private readonly tasks: ReadonlyMap<unknown, (...args: unknown[]) => unknown>;
  private readonly calls = new Map<unknown, ServedCall>();

  /** @throws TypeError when a served task is not a function */
  constructor(
    tasks: ServedTasks,
    readonly send: Send,
  ) {
    demandObject(tasks, 'Served tasks must be an object of functions');
    for (const [name, task] of Object.entries(tasks)) {
      demand(typeof task === 'function', `The served task '${name}' must be a function`, task);
      demand(name !== 'then', "No served task may be named 'then', by which promises are recognised", name);
    }
    this.tasks = new Map(Object.entries(tasks) as [string, (...args: unknown[]) => unknown][]);
  }

  /** Tells the program that it may call from now on. */
  begin(): void {
    this.send(message(READY, [...this.tasks.keys()]), []);
  }

  /** @throws TypeError when it is an unknown message of this library */
  receive(data: unknown): void {
    const received = messageIn(data);
    if (received === null) return;
    const [, kind, id] = received;
    const call = this.calls.get(id);
    if (kind === CALL && call === undefined) this.call(received);
    // The program may not know yet that a call has just ended.
    else if (kind === CANCEL) call?.cancel();
    else if (kind === CREDIT && isCount(received[3] as number)) call?.grant(received[3] as number);
    else throw malformed(`of kind ${show(kind)}, to a thread`);
  }

  /** Cancels all running calls. */
  stop(): void {
    for (const call of [...this.calls.values()]) call.cancel();
  }

  forget(id: unknown): void {
    this.calls.delete(id);
  }

  private call([, , id, name, args, credit]: Message): void {
    const task = this.tasks.get(name);
    if (task === undefined || !Array.isArray(args) || !isCount(credit as number)) {
      const error = malformed(`a call of ${show(name)}, which is not served, or is called without arguments or credit`);
      this.send(message(FAIL, id, toWire(error, String(name))), []);
      return;
    }
    const call = new ServedCall(this, id, name as string, credit as number);
    this.calls.set(id, call);
    call.run(task, args);
  }
}
