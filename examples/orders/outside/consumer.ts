import { EventEmitter } from 'node:events';
import type { Message, ToService, ToWorld } from './wire.js';

/**
 * The broker's client in the process of the service. It emits `'message'` for whatever comes: it cannot wait.
 *
 * As with librdkafka, what is on its way when it is paused is discarded, and fetched again after `resume`, from the position
 * of each partition on. `seek` sets that.
 */
export class Consumer extends EventEmitter<{ message: [Message] }> {
  /** The offset that comes next, of each partition. */
  private readonly positions = new Map<number, number>();
  /** How often it was paused. */
  pauses = 0;
  private isPaused = false;
  private isStopped = false;

  constructor(private readonly send: (message: ToWorld) => void) {
    super();
  }

  /** The broker stops pushing, and what it has pushed already is discarded. */
  pause(): void {
    this.isPaused = true;
    this.pauses++;
    this.send({ kind: 'pause' });
  }

  resume(): void {
    if (this.isStopped) return;
    this.isPaused = false;
    this.send({ kind: 'resume', positions: [...this.positions] });
  }

  /** This message shall be the next of its partition. */
  seek({ partition, offset }: Message): void {
    this.positions.set(partition, offset);
  }

  /** No message is emitted any more. Commits are still sent. */
  stop(): void {
    this.isStopped = true;
    this.pause();
  }

  /** All messages of the partition before `offset` are done, and shall never come again. */
  commit(partition: number, offset: number): void {
    this.send({ kind: 'commit', partition, offset });
  }

  receive(message: ToService): void {
    if (message.kind !== 'messages') return;
    for (const one of message.messages) {
      const { partition, offset } = one;
      // Something else was sent before the broker heard of a seek.
      if (this.isPaused || offset !== (this.positions.get(partition) ?? offset)) continue;
      this.positions.set(partition, offset + 1);
      this.emit('message', one);
    }
  }
}
