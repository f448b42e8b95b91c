import type { Sequence } from './sequence.js';

/** Which list a sequence stands in: that of its workers, or that of its group. */
type PlaceField = 'busyAt' | 'groupAt';

/** Sequences of which something is queued or runs, in no particular order. Every method is O(1) but `isQuiet`. */
export class BusyList {
  readonly sequences: Sequence[] = [];

  /** @param place where a sequence keeps its index; -1 while it is not in the list */
  constructor(private readonly place: PlaceField) {}

  /** Whether all that is left is the library's own. O(sequences of which only that is left). */
  get isQuiet(): boolean {
    return this.sequences.every((sequence) => sequence.isQuiet);
  }

  add(sequence: Sequence): void {
    this.sequences.push(sequence);
    sequence[this.place] = this.sequences.length - 1;
  }

  remove(sequence: Sequence): void {
    const { sequences, place } = this;
    const last = sequences.pop()!;
    if (last !== sequence) {
      sequences[sequence[place]] = last;
      last[place] = sequence[place];
    }
    sequence[place] = -1;
  }
}
