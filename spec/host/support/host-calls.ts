import { microtasks } from '../../support/support.js';

/** Which functions the stand-in of a host has; Node has all of them. */
export interface Available {
  setImmediate?: boolean;
  MessageChannel?: boolean;
  /** Whether ports take listeners, as everywhere, or have `onmessage` only, as in some test environments. */
  listeners?: boolean;
  /** Whether timers are objects with `ref` and `unref`, as in Node, and not numbers, as in browsers. */
  refs?: boolean;
}

type Listener = (event: { stopImmediatePropagation(): void }) => void;

interface Port {
  onmessage: (() => void) | null;
  listeners: Listener[];
  pending: number;
}

class TestEvent {
  isStopped = false;

  stopImmediatePropagation(): void {
    this.isStopped = true;
  }
}

/** What was a global again. A page has no `setImmediate`. */
export function putBack(name: string, before: PropertyDescriptor | undefined): void {
  if (before === undefined) Reflect.deleteProperty(globalThis, name);
  else Object.defineProperty(globalThis, name, before);
}

/**
 * Puts stand-ins in the place of the host's functions on `globalThis`. They log every call and run nothing by
 * themselves; so a spec that reads the log to its end sees each wake-up that was asked for, and no other.
 */
export class HostCalls {
  time = 1000;
  private readonly log: string[] = [];
  private readonly due = new Map<string, () => void>();
  private readonly undo: (() => void)[] = [];
  private count = 0;
  private opened: Port | null = null;

  constructor(private readonly available: Available = {}) {
    const { setImmediate = true, MessageChannel = true } = available;
    this.put('setTimeout', (run: () => void, delay: number) => this.ask('setTimeout', run, delay));
    this.put('clearTimeout', (handle: { id?: string } | number) => {
      const id = typeof handle === 'number' ? `setTimeout#${handle}` : handle.id!;
      this.log.push(`clearTimeout ${id}`);
      this.due.delete(id);
    });
    this.put('setImmediate', setImmediate ? (run: () => void) => this.ask('setImmediate', run) : undefined);
    this.put('MessageChannel', MessageChannel ? this.channel() : undefined);
    this.put('performance', { now: () => this.time });
  }

  /** What was called since this was last asked. */
  read(): string[] {
    return this.log.splice(0);
  }

  /** How many calls of each function there were since this was last asked, such as `2 setImmediate`. */
  counts(): string {
    const counts = new Map<string, number>();
    for (const line of this.read()) {
      const name = line.split(/[# ]/)[0]!;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return [...counts].map(([name, count]) => `${count} ${name}`).join(', ');
  }

  /** What is asked for, and neither came nor was cancelled. */
  get outstanding(): string[] {
    return [...this.due.keys()];
  }

  /** The host calls back: what was asked for under this name. */
  fire(id: string): void {
    const run = this.due.get(id);
    if (run === undefined) throw new Error(`Nobody waits for ${id}.`);
    this.due.delete(id);
    run();
  }

  /** One iteration of the host's loop: the immediates that are outstanding come, those that they ask for do not. */
  iterate(): void {
    for (const id of this.outstanding.filter((each) => each.startsWith('setImmediate'))) this.fire(id);
  }

  /** What is on its way is lost, as with a function that swallows it. */
  lose(): void {
    this.due.clear();
  }

  /** A message that was posted arrives, at listeners that run in one go, as in Node. */
  deliver(): void {
    const event = new TestEvent();
    for (const listener of this.arrive()) if (!event.isStopped) listener(event);
  }

  /** The same, with all microtasks between two listeners, as in browsers. */
  async deliverWithCheckpoints(): Promise<void> {
    const event = new TestEvent();
    for (const listener of this.arrive()) {
      if (event.isStopped) break;
      listener(event);
      await microtasks();
    }
  }

  restore(): void {
    for (const undo of this.undo.splice(0)) undo();
  }

  put(name: string, value: unknown): void {
    const before = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: true });
    this.undo.unshift(() => putBack(name, before));
  }

  private arrive(): Listener[] {
    const { opened } = this;
    if (opened === null || opened.pending === 0) throw new Error('There is no message on its way.');
    opened.pending--;
    return opened.onmessage === null ? [...opened.listeners] : [opened.onmessage];
  }

  private ask(verb: string, run: () => void, delay?: number): unknown {
    const number = ++this.count;
    const id = `${verb}#${number}`;
    this.log.push(delay === undefined ? id : `${id} ${delay}`);
    this.due.set(id, run);
    return this.available.refs === false ? number : { id, ...this.refs(id) };
  }

  private refs(id: string): object {
    return { ref: () => this.log.push(`ref ${id}`), unref: () => this.log.push(`unref ${id}`) };
  }

  private channel(): unknown {
    const { log, available } = this;
    const refs = available.refs === false ? {} : this.refs('port');
    const open = (port: Port): void => {
      log.push('new MessageChannel');
      this.opened = port;
    };
    return class {
      port1 = {
        onmessage: null,
        listeners: [] as Listener[],
        pending: 0,
        ...refs,
        ...(available.listeners === false
          ? {}
          : {
              addEventListener: (_: string, listener: Listener) => this.port1.listeners.push(listener),
              start: () => log.push('start port'),
            }),
      };
      port2 = {
        postMessage: () => {
          log.push('postMessage');
          this.port1.pending++;
        },
      };

      constructor() {
        open(this.port1);
      }
    };
  }
}
