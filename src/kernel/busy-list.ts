import type { Sequence } from './sequence.js';

/** Which list a sequence is in: that of its workers, or that of its group. */
type PlaceField = 'busyAt' | 'groupAt';

/** Sequences with queued or running tasks, in no particular order. Every method but `isQuiet` is O(1). */
export class BusyList {
  readonly sequences: Sequence[] = [];

  /** @param place where a sequence keeps its index; -1 while it is not in the list */
  constructor(private readonly place: PlaceField) {}

  /** Whether only internal tasks are left. O(sequences with only internal tasks). */
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
