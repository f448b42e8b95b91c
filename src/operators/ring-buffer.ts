const FEWEST_SLOTS = 4;
/** A buffer with more slots than this frees them when it is empty. */
const MOST_IDLE_SLOTS = 1_024;

/**
 * First in, first out, in an array that is written round and round.
 *
 * - It grows by doubling: fewer slots than twice the most values it has held at once, or four.
 * - A value that was taken out is not retained, and what a burst has taken is given back once the buffer is empty.
 * - Every method is O(1), `push` on average.
 */
export class RingBuffer<T> {
  size = 0;
  /** The number is a power of two, so that a mask replaces the remainder. */
  private slots = new Array<T | undefined>(FEWEST_SLOTS);
  private first = 0;

  push(value: T): void {
    if (this.size === this.slots.length) this.grow();
    const { slots } = this;
    slots[(this.first + this.size++) & (slots.length - 1)] = value;
  }

  /** Removes the oldest value. There must be one. */
  shift(): T {
    const { slots, first } = this;
    const value = slots[first] as T;
    slots[first] = undefined;
    this.first = (first + 1) & (slots.length - 1);
    if (--this.size === 0 && slots.length > MOST_IDLE_SLOTS) this.clear();
    return value;
  }

  clear(): void {
    this.slots = new Array<T | undefined>(FEWEST_SLOTS);
    this.first = 0;
    this.size = 0;
  }

  private grow(): void {
    const { slots, first, size } = this;
    const wider = new Array<T | undefined>(size * 2);
    for (let i = 0; i < size; i++) wider[i] = slots[(first + i) & (size - 1)];
    this.slots = wider;
    this.first = 0;
  }
}
