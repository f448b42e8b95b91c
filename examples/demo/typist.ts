/** One press of a key. */
export interface Keystroke {
  readonly number: number;
  /** When the key goes down by the person's own clock, however late the program hears of it. */
  readonly at: number;
  readonly letter: string;
  /** What stands in the search field afterwards. */
  readonly text: string;
}

/** With a few slips of the finger, as everybody makes them. */
const QUERIES = ['schedule', 'pririty', 'sequence', 'recieve', 'observer', 'starvaton', 'latency', 'responsve'];
/** Milliseconds between two keys: a brisk typist. Taken in turn, so that each run gets the same. */
const GAPS = [92, 71, 113, 64, 105, 83, 118, 77, 98, 61];
const FIRST_KEY_AFTER = 100;
const PAUSE_BETWEEN_QUERIES = 150;

/**
 * The person at the keyboard, who types on whether or not the program keeps up.
 *
 * Timers of the host are what presses the keys, since a person is outside of the program. When the event loop is late,
 * all that was typed meanwhile arrives at once, as it does from the operating system; each key still counts from the
 * moment it was pressed. To count from the moment the program noticed would hide the very delays we are looking for.
 */
export class Typist {
  private readonly keystrokes: Iterator<Keystroke, never>;
  private next: Keystroke;
  private until = Infinity;
  private hasLeft = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    start: number,
    private readonly press: (key: Keystroke) => void,
    private readonly onDone: () => void,
  ) {
    this.keystrokes = typing(start);
    this.next = this.keystrokes.next().value;
    this.wait();
  }

  /** No key is pressed that is due after `time`; but the first query is finished in any case. */
  stopAt(time: number): void {
    this.until = time;
  }

  /** Away from the keyboard, at once: the program has failed. */
  leave(): void {
    this.hasLeft = true;
    clearTimeout(this.timer);
  }

  private wait(): void {
    if (this.hasLeft) return;
    this.timer = setTimeout(this.pressWhatIsDue, this.next.at - performance.now());
  }

  private readonly pressWhatIsDue = (): void => {
    while (this.next.at <= performance.now()) {
      if (this.next.at > this.until && this.next.number >= QUERIES[0]!.length) {
        this.onDone();
        return;
      }
      this.press(this.next);
      this.next = this.keystrokes.next().value;
    }
    this.wait();
  };
}

function* typing(start: number): Generator<Keystroke, never> {
  let at = start + FIRST_KEY_AFTER;
  let number = 0;
  for (;;) {
    for (const query of QUERIES) {
      for (let length = 1; length <= query.length; length++) {
        yield { number, at, letter: query[length - 1]!, text: query.slice(0, length) };
        at += GAPS[number++ % GAPS.length]!;
      }
      at += PAUSE_BETWEEN_QUERIES;
    }
  }
}
