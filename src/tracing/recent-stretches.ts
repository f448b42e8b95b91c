import type { TaskFollower, Stretch } from './follow-tasks.js';

/** The stretches that go on, and the last ones that have ended, in an array that is written round and round. */
export class RecentStretches implements TaskFollower {
  private readonly past: Stretch[] = [];
  private readonly open = new Set<Stretch>();
  private next = 0;

  constructor(private readonly capacity: number) {}

  entered(stretch: Stretch): void {
    this.open.add(stretch);
  }

  left(stretch: Stretch): void {
    this.open.delete(stretch);
    this.past[this.next] = stretch;
    this.next = (this.next + 1) % this.capacity;
  }

  /** Those that ran between two times, in no order. */
  between(start: number, end: number): Stretch[] {
    // What goes on has an end that is no number, and lasts at least until then.
    return [...this.past, ...this.open].filter((one) => one.start < end && !(one.end <= start));
  }
}
