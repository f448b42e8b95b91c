import type { TransferList } from '../remote/transfer.js';
import type { Message } from '../remote/wire.js';
import type { Channel, ChannelListener } from './channel.js';

/** A worker of `node:worker_threads` or of the web. */
export interface WorkerLike {
  // The platforms agree on what may be moved and listened to, and not on the types of that.
  /** Sends a message, and moves the listed objects. */
  postMessage(message: never, transfer: never): void;
  /** Ends the thread at once. */
  terminate(): unknown;
  /** Node only: makes the worker keep the process alive. */
  ref?(): void;
  /** Node only: lets the process end while the worker runs. */
  unref?(): void;
  /** Node only: adds a listener. */
  on?(type: never, listener: never): unknown;
  /** Web only: adds a listener. */
  addEventListener?(type: never, listener: never): void;
}

/** How a worker of Node is listened to, or else one of the web. */
interface Listened {
  readonly on?: (type: string, listener: (value: unknown) => void) => void;
  readonly addEventListener: (type: string, listener: (event: AnyEvent) => void) => void;
}

type AnyEvent = Event & { readonly data?: unknown; readonly error?: unknown; readonly message?: string };

/** The way to a worker of either platform. */
export class WorkerChannel implements Channel {
  private isGone = false;

  constructor(private readonly worker: WorkerLike) {}

  open(listener: ChannelListener): void {
    const { worker } = this;
    const received = (data: unknown): void => {
      if (!this.isGone) listener.received(data);
    };
    // Listened to for ever: an error that comes later must not become an uncaught one.
    const gone = (why: unknown): void => {
      if (this.isGone) return;
      this.isGone = true;
      listener.gone(why);
    };
    const { on, addEventListener } = worker as unknown as Listened;
    if (typeof on === 'function') {
      on.call(worker, 'message', received);
      on.call(worker, 'error', gone);
      on.call(worker, 'messageerror', gone);
      on.call(worker, 'exit', (code) => gone(new Error(`it has exited with code ${String(code)}`)));
    } else {
      addEventListener.call(worker, 'message', ({ data }) => received(data));
      // Of Bun. Browsers do not tell of a worker that closes itself.
      addEventListener.call(worker, 'close', () => gone(new Error('it has closed itself')));
      addEventListener.call(worker, 'messageerror', () => gone(new Error('a message of it could not be read')));
      addEventListener.call(worker, 'error', (event) => {
        // Whoever waits is told of it. Otherwise it would be an uncaught error of the page, too.
        event.preventDefault();
        // Of a module that does not load there is no message.
        gone(event.error ?? new Error(event.message ?? 'its module could not be loaded'));
      });
    }
  }

  readonly send = (message: Message, transfer: TransferList): void => {
    this.worker.postMessage(message as never, transfer as never);
  };

  keepAlive(keeps: boolean): void {
    if (keeps) this.worker.ref?.();
    else this.worker.unref?.();
  }

  async end(): Promise<void> {
    this.isGone = true;
    try {
      await this.worker.terminate();
    } catch {
      // It is not heard any more, and there is nothing else to be done about it.
    }
  }
}
