import { Deferred } from '../base/deferred.js';
import { TaskCancelledError } from '../base/errors.js';
import { VirtualClock } from '../host/virtual-clock.js';
import { PlainTask } from './plain-task.js';
import type { Sequence } from './sequence.js';
import { RUNNING } from './task.js';

/**
 * What `flush` puts at the end of a queue: it begins when all before it has ended, in a parallel sequence too, and what
 * is behind it begins when the code that waits for it has gone on.
 *
 * It needs no worker, is not counted in a bounded queue, and no shutdown drops or reports it: when the tasks before it
 * are dropped, it has nothing to wait for.
 */
export class Barrier extends PlainTask {
  private readonly deferred = new Deferred();

  constructor(sequence: Sequence) {
    super(sequence);
    sequence.barriers++;
    this.add(() => {
      sequence.barriers--;
      if (this.place === RUNNING) sequence.workers.barred.delete(sequence);
      sequence.settle();
    });
    // Whoever does not wait for it any more need not hear of its end.
    this.deferred.promise.catch(() => undefined);
  }

  get promise(): Promise<unknown> {
    return this.deferred.promise;
  }

  override get isBarrier(): boolean {
    return true;
  }

  override run(): boolean {
    this.sequence.workers.barred.add(this.sequence);
    this.deferred.resolve(undefined);
    if (this.sequence.scheduler.clock instanceof VirtualClock) {
      // No promise settles in there; nobody's code could go on first.
      this.unsubscribe();
      return false;
    }
    // Several promises lie between this one and the code that waits, and nobody knows how many: a macrotask is beyond all.
    this.sequence.scheduler.clock.later(() => {
      this.unsubscribe();
      this.sequence.scheduler.finish(this);
    });
    return true;
  }

  override fail(): void {
    // It calls no code that could.
  }

  override reject(): void {
    // Nothing to drop: see above.
  }

  override abandon(reason: string): void {
    this.deferred.reject(new TaskCancelledError(`Cancelled, since ${reason}: a flush.`));
    this.unsubscribe();
  }
}
