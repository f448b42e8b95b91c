import type { Order } from './orders.js';
import type { Message, ToService, ToWorld } from './wire.js';

/** How many messages of each partition are sent at a time. */
const BATCH = 50;

/** A group's offset in a partition, as it was committed. */
export interface Commit {
  readonly partition: number;
  readonly offset: number;
}

/**
 * A broker in the manner of Kafka: a log for each partition, and the offset up to which the group has committed it. Orders of one
 * customer are in one partition.
 *
 * It pushes as fast as the channel takes it, until it is told to pause. What was not committed is delivered again to the
 * consumer that comes next.
 */
export class Broker {
  readonly logs: readonly Order[][];
  /** The offset of the first message of each partition that is not committed. */
  readonly committed: number[];
  /** In the order in which they came. */
  readonly commits: Commit[] = [];
  /** Called after each commit. */
  onCommit: () => void = () => undefined;
  private cursors: number[] = [];
  private send: ((message: ToService, sent: () => void) => void) | null = null;
  private isPaused = false;
  private isSending = false;

  constructor(orders: readonly Order[], partitions: number) {
    this.logs = Array.from({ length: partitions }, (_, partition) =>
      orders.filter(({ customer }) => hash(customer) % partitions === partition),
    );
    this.committed = this.logs.map(() => 0);
  }

  get committedCount(): number {
    return this.committed.reduce((sum, offset) => sum + offset, 0);
  }

  /** The orders that are acknowledged: those before the committed offset of their partition. */
  get acknowledged(): Order[] {
    return this.logs.flatMap((log, partition) => log.slice(0, this.committed[partition]));
  }

  /** A consumer has joined: it gets what was not committed. */
  attach(send: (message: ToService, sent: () => void) => void): void {
    this.send = send;
    this.cursors = [...this.committed];
    this.isPaused = false;
    this.isSending = false;
    this.push();
  }

  detach(): void {
    this.send = null;
  }

  receive(message: ToWorld): void {
    if (message.kind === 'pause') {
      this.isPaused = true;
    } else if (message.kind === 'resume') {
      for (const [partition, offset] of message.positions) this.cursors[partition] = offset;
      this.isPaused = false;
      this.push();
    } else if (message.kind === 'commit') {
      const { partition, offset } = message;
      this.commits.push({ partition, offset });
      this.committed[partition] = offset;
      this.onCommit();
    }
  }

  /** Sends the next messages, and goes on as soon as the channel has taken them. */
  private push(): void {
    const { send } = this;
    if (send === null || this.isPaused || this.isSending) return;
    const messages = this.logs.flatMap((log, partition) => this.next(log, partition));
    if (messages.length === 0) return;
    this.isSending = true;
    send({ kind: 'messages', messages }, () => {
      // The channel may have been that of an earlier consumer.
      if (this.send !== send) return;
      this.isSending = false;
      this.push();
    });
  }

  private next(log: readonly Order[], partition: number): Message[] {
    const from = this.cursors[partition]!;
    const orders = log.slice(from, from + BATCH);
    this.cursors[partition] = from + orders.length;
    return orders.map((order, index) => ({ partition, offset: from + index, order }));
  }
}

function hash(text: string): number {
  let sum = 0;
  for (const letter of text) sum = (sum * 31 + letter.codePointAt(0)!) >>> 0;
  return sum;
}
