/** Which functions the stand-in of a host has; Node has all of them. */
export interface Available {
  setImmediate?: boolean;
  MessageChannel?: boolean;
  /** Whether timers are objects with `ref` and `unref`, as in Node, and not numbers, as in browsers. */
  refs?: boolean;
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
  private opened: { onmessage: (() => void) | null; pending: boolean } | null = null;

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

  /** The message that was posted arrives. */
  deliver(): void {
    const { opened } = this;
    if (opened?.pending !== true) throw new Error('There is no message on its way.');
    opened.pending = false;
    opened.onmessage!();
  }

  restore(): void {
    for (const undo of this.undo.splice(0)) undo();
  }

  put(name: string, value: unknown): void {
    const before = Object.getOwnPropertyDescriptor(globalThis, name)!;
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: true });
    this.undo.unshift(() => Object.defineProperty(globalThis, name, before));
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
    // eslint-disable-next-line @typescript-eslint/no-this-alias
    const calls = this;
    const refs = this.available.refs === false ? {} : this.refs('port');
    return class {
      port1 = { onmessage: null as (() => void) | null, pending: false, ...refs };
      port2 = {
        postMessage: () => {
          calls.log.push('postMessage');
          this.port1.pending = true;
        },
      };

      constructor() {
        calls.log.push('new MessageChannel');
        calls.opened = this.port1;
      }
    };
  }
}
