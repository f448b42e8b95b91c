import type { Send } from '../remote/wire.js';

/** What a channel tells of. */
export interface ChannelListener {
  /** Something has come from the thread. */
  received(data: unknown): void;
  /** The thread has gone, or will not be heard of any more. Told once. */
  gone(why: unknown): void;
}

/** The way to one thread. */
export interface Channel {
  /** Begins to listen, once. */
  open(listener: ChannelListener): void;
  /** @throws DataCloneError when part of the message cannot be cloned */
  readonly send: Send;
  /** Whether the thread keeps a Node process alive. */
  keepAlive(keeps: boolean): void;
  /** Ends the thread at once; resolves when it has gone. */
  end(): Promise<void>;
}
