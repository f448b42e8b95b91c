import type { Subscription } from 'rxjs';
import type { SchedulerLike } from 'rxjs';
import { search } from '../threads-demo/fuzzy-search.js';
import { countOf, type WordList } from '../threads-demo/word-list.js';

/** How many tasks a burst has, unless the address of the page says `?burst=` and a number. */
export const BURST_SIZE = 100_000;
/** The work of a whole burst, of whatever size: to compare so many words with a query. In 100,000 tasks, some 10 µs each. */
const WORDS = 2_400_000;
const QUERY = 'burst';

/** Many short tasks at once, as an import or a large message brings them. */
export class Burst {
  /** How many tasks have run. */
  ran = 0;
  readonly began = performance.now();
  private readonly tasks: Subscription[] = [];
  private readonly wordsPerTask: number;

  /**
   * @param size how many tasks
   * @param onEnd is called in the last task
   */
  constructor(
    scheduler: SchedulerLike,
    readonly size: number,
    private readonly words: WordList,
    private readonly onEnd: () => void,
  ) {
    const count = countOf(words);
    this.wordsPerTask = Math.ceil(WORDS / size);
    for (let number = 0; number < size; number++) {
      const from = (number * this.wordsPerTask) % (count - this.wordsPerTask);
      // Each by itself, and not as a stream with `observeOn`, which would cost RxJS's schedulers the square of the backlog.
      this.tasks.push(scheduler.schedule(() => this.run(from)));
    }
  }

  get left(): number {
    return this.size - this.ran;
  }

  /** Drops what has not begun. Returns how many tasks that were. */
  cancel(): number {
    const { left } = this;
    for (const task of this.tasks) task.unsubscribe();
    this.tasks.length = 0;
    return left;
  }

  private run(from: number): void {
    search(this.words, QUERY, { from, to: from + this.wordsPerTask });
    if (++this.ran === this.size) this.onEnd();
  }
}
