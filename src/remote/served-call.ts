import { cloneError } from './clone-error.js';
import { transferListOf, type TransferList } from './transfer.js';
import type { ThreadContext } from './types.js';
import { END, FAIL, message, type Message, NEXT, PULLED } from './wire.js';
import { toWire } from './wire-error.js';

/** Whose call it is. */
interface CallServer {
  send(message: Message, transfer: TransferList): void;
  forget(id: unknown): void;
}

/** What a task may return, besides a plain value. */
type Result = Partial<PromiseLike<unknown> & AsyncIterable<unknown> & Iterator<unknown> & { subscribe: Subscribe }>;
type Subscribe = (observer: object) => { unsubscribe?: () => void } | undefined;
type AnyIterator = Iterator<unknown> | AsyncIterator<unknown>;

const nothing = (): void => undefined;

/** What a task is given of its run. */
class Context implements ThreadContext {
  readonly #call: ServedCall;

  constructor(call: ServedCall) {
    this.#call = call;
  }

  get signal(): AbortSignal {
    return this.#call.signal();
  }
}

/**
 * One run of a served task, until all its code has ended. Its last message reports the end, once.
 *
 * Plain iterators and observables are handled without promises, so that they are exact in virtual time.
 */
export class ServedCall {
  private controller: AbortController | null = null;
  /** It was told to stop, because it was cancelled, or its value cannot be sent. */
  private isStopped = false;
  private hasEnded = false;
  /** The error with which it fails when it has stopped, unless it was cancelled. */
  private failure: Error | null = null;
  /** Stops the returned source, which then completes or fails. */
  private stop = nothing;
  /** Continues an iterator, if there is credit. */
  private goOn = nothing;

  constructor(
    private readonly server: CallServer,
    private readonly id: unknown,
    private readonly name: string,
    private credit: number,
  ) {}

  /** @param args which it may change */
  run(task: (...args: unknown[]) => unknown, args: unknown[]): void {
    try {
      // The context comes after all arguments, including those that a caller without TypeScript has left out.
      while (args.length < task.length - 1) args.push(undefined);
      this.follow(task(...args, new Context(this)));
    } catch (error) {
      this.fail(error);
    }
  }

  cancel(): void {
    if (this.isStopped || this.hasEnded) return;
    this.isStopped = true;
    try {
      this.controller?.abort();
      this.stop();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Adds credit for more values of an iterator. */
  grant(count: number): void {
    this.credit += count;
    this.goOn();
  }

  /** The signal of its context, created on first use. */
  signal(): AbortSignal {
    const controller = (this.controller ??= new AbortController());
    if (this.isStopped) controller.abort();
    return controller.signal;
  }

  // What it has returned.

  private follow(result: unknown): void {
    const { subscribe, then, [Symbol.asyncIterator]: asyncIterator, next } = (result ?? {}) as Result;
    if (typeof subscribe === 'function') this.subscribeTo(result as { subscribe: Subscribe });
    else if (typeof then === 'function') (result as PromiseLike<unknown>).then(this.succeed, this.fail);
    else if (typeof asyncIterator === 'function')
      this.pull((result as AsyncIterable<unknown>)[Symbol.asyncIterator](), true);
    else if (typeof next === 'function') this.pull(result as Iterator<unknown>, false);
    else this.succeed(result);
  }

  private subscribeTo(observable: { subscribe: Subscribe }): void {
    if (this.isStopped) {
      this.complete();
      return;
    }
    let subscription = null as ReturnType<Subscribe> | null;
    this.stop = () => {
      // While it subscribes there is nothing to unsubscribe from.
      if (subscription === null) return;
      subscription?.unsubscribe?.();
      this.complete();
    };
    subscription = observable.subscribe({
      next: (value: unknown) => this.emit(NEXT, value),
      error: this.fail,
      complete: this.complete,
    });
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- what it has emitted may have stopped it
    if (this.isStopped) this.stop();
  }

  /** Requests values of an iterator while there is credit for them. */
  private pull(iterator: AnyIterator, isAsync: boolean): void {
    let isBusy = false;
    let isClosed = false;
    const close = (): void => {
      // One that is asked for a value has an end of its own to tell, unless it knows how to be closed meanwhile.
      if (isClosed || (isBusy && !(isAsync && iterator.return))) return;
      isClosed = true;
      const returned = iterator.return?.();
      // Promises that its `finally` blocks await are part of the task.
      if (isAsync) Promise.resolve(returned).then(this.complete, this.fail);
      else this.complete();
    };
    const take = ({ done, value }: IteratorResult<unknown>): void => {
      if (done === true) this.complete();
      else {
        this.credit--;
        this.emit(PULLED, value);
      }
    };
    const goOn = (): void => {
      while (!isBusy && this.credit > 0 && !this.isStopped && !this.hasEnded) {
        isBusy = true;
        const result = iterator.next();
        if (isAsync) {
          void Promise.resolve(result)
            .then((one) => {
              isBusy = false;
              take(one);
              goOn();
            })
            .catch(this.fail);
          return;
        }
        // It is busy until its value is sent, because on the same loop it may get more credit in between.
        take(result as IteratorResult<unknown>);
        isBusy = false;
      }
      if (this.isStopped) close();
    };
    this.stop = close;
    this.goOn = () => {
      try {
        goOn();
      } catch (error) {
        this.fail(error);
      }
    };
    this.goOn();
  }

  private emit(kind: typeof NEXT | typeof PULLED, value: unknown): void {
    if (this.hasEnded || this.isStopped) return;
    try {
      this.server.send(message(kind, this.id, value), transferListOf(value));
    } catch (error) {
      this.failure = cloneError(`a value of task '${this.name}'`, value, error);
      this.cancel();
    }
  }

  // How it ends.

  private readonly succeed = (value: unknown): void => {
    if (this.isStopped || !this.leave()) {
      this.complete();
      return;
    }
    try {
      this.server.send(message(END, this.id, value), transferListOf(value));
    } catch (error) {
      this.sendError(cloneError(`the result of task '${this.name}'`, value, error));
    }
  };

  /** It has succeeded, or has stopped. */
  private readonly complete = (): void => {
    if (this.failure !== null) this.fail(this.failure);
    else if (this.leave()) this.server.send(message(END, this.id), []);
  };

  private readonly fail = (error: unknown): void => {
    if (this.leave()) this.sendError(this.failure ?? error);
  };

  private sendError(error: unknown): void {
    const { server, id, name } = this;
    try {
      server.send(message(FAIL, id, toWire(error, name)), []);
    } catch {
      // A getter has thrown, or the value is too deep to be cloned.
      const unreadable = new Error(`Task '${name}' has failed with an error that cannot be read.`);
      server.send(message(FAIL, id, toWire(unreadable, name)), []);
    }
  }

  private leave(): boolean {
    if (this.hasEnded) return false;
    this.hasEnded = true;
    this.server.forget(this.id);
    return true;
  }
}
