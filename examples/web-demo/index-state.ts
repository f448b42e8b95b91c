import type { SchedulerLike, Subscription } from 'rxjs';
import { PrefixIndex } from '../demo/prefix-index.js';
import { building } from './index-building.js';

/** The index of the dictionary, and how far its building has come. */
export class IndexState {
  readonly index: PrefixIndex;
  /** How long the last building took, in milliseconds; `NaN` while it is being built. */
  took = NaN;
  private work: Subscription | undefined;

  constructor(
    private readonly words: readonly string[],
    /** Is called when a building begins, and returns what is called when it ends, or is given up. */
    private readonly onBuild: () => () => void,
  ) {
    this.index = new PrefixIndex(words.length);
  }

  get size(): number {
    return this.words.length;
  }

  get isComplete(): boolean {
    return this.index.size === this.size;
  }

  /** Builds it anew, on a scheduler. */
  build(scheduler: SchedulerLike, onBuilt: () => void): void {
    this.giveUp();
    this.took = NaN;
    const began = performance.now();
    this.work = building(this.index, this.words, scheduler).subscribe({
      complete: () => {
        this.took = performance.now() - began;
        onBuilt();
      },
    });
    this.work.add(this.onBuild());
  }

  /** Builds no further. */
  giveUp(): void {
    this.work?.unsubscribe();
  }
}
