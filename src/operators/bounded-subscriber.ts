import { Subscriber } from 'rxjs';
import { TaskRejectedError } from '../base/errors.js';
import { runnerCalled } from '../base/names.js';
import type { CheckedBounds } from './stream-bounds.js';

/**
 * Between a source and a runner: takes values in as long as there is room, and does what the bounds say with the rest.
 *
 * It is a subscriber of RxJS, and no plain observer, because only that can leave a source which emits synchronously in
 * the middle of it. It is closed when the source has ended; what it has taken in goes on to `out`.
 */
export abstract class BoundedSubscriber<T, R> extends Subscriber<T> {
  private dropped = 0;

  constructor(
    protected readonly out: Subscriber<R>,
    private readonly bounds: CheckedBounds<T>,
    private readonly runnerName: string,
  ) {
    // Deprecated to call; but to extend it is the only public way to such a subscriber.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    super();
    out.add(this);
  }

  /** How many values wait. */
  protected abstract readonly waitingCount: number;

  protected abstract accept(value: T): void;

  protected abstract dropOldest(): T;

  protected override _next(value: T): void {
    const { capacity, whenFull } = this.bounds;
    if (this.waitingCount < capacity) {
      this.accept(value);
    } else if (whenFull === 'error') {
      this.error(this.overflow());
    } else if (whenFull === 'drop-newest') {
      this.tell(value);
    } else {
      const oldest = this.dropOldest();
      this.accept(value);
      this.tell(oldest);
    }
  }

  private tell(value: T): void {
    this.dropped++;
    try {
      this.bounds.onDrop?.(value, this.dropped);
    } catch (error) {
      this.out.error(error);
    }
  }

  private overflow(): TaskRejectedError {
    const why = `as many values as the capacity of ${this.bounds.capacity} wait already`;
    return new TaskRejectedError(
      'full',
      `Rejected, since ${why}: a value of a stream for ${runnerCalled(this.runnerName)}.`,
    );
  }
}
