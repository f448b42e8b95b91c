import type { Send } from '../remote/wire.js';

/** The listener of a channel. */
export interface ChannelListener {
  /** A message has arrived from the thread. */
  received(data: unknown): void;
  /** The thread has ended, or can no longer be reached. Called once. */
  gone(why: unknown): void;
}

/** The connection to one thread. */
export interface Channel {
  /** Starts listening. Called once. */
  open(listener: ChannelListener): void;
  /** @throws DataCloneError when part of the message cannot be cloned */
  readonly send: Send;
  /** Whether the thread keeps a Node process alive. */
  keepAlive(keeps: boolean): void;
  /** Ends the thread at once. Resolves when it has ended. */
  end(): Promise<void>;
}
