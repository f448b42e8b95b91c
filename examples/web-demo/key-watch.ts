/** One press of a key, in milliseconds of the page's clock. */
export interface KeyPress {
  /** When the key went down, as the browser says: however late the page hears of it. */
  readonly at: number;
  /** When the page heard of it. */
  readonly noticed: number;
  /** What stands in the field after it. */
  readonly text: string;
  /** When its answer was shown, or that to a later key. */
  answered: number | undefined;
}

/** Follows each key from its press to its answer. */
export class KeyWatch {
  private readonly presses: KeyPress[] = [];
  private waiting: KeyPress[] = [];
  private down: { readonly at: number; readonly noticed: number } | undefined;

  constructor(
    input: HTMLInputElement,
    /** Hears of each key when it is noticed. */
    onNoticed: (press: KeyPress) => void,
    private readonly onAnswered: (press: KeyPress & { readonly answered: number }) => void,
  ) {
    input.addEventListener('keydown', ({ timeStamp }) => {
      this.down = { at: timeStamp, noticed: performance.now() };
    });
    input.addEventListener('input', ({ timeStamp }) => {
      // Dictation, and some keyboards of phones, press no key.
      const { at, noticed } = this.down ?? { at: timeStamp, noticed: performance.now() };
      this.down = undefined;
      const press: KeyPress = { at, noticed, text: input.value, answered: undefined };
      this.presses.push(press);
      this.waiting.push(press);
      onNoticed(press);
    });
  }

  /** The answer to a text is shown: that answers all keys up to the one that made it. */
  answer(text: string): void {
    const answered = performance.now();
    const end = this.waiting.map((press) => press.text).lastIndexOf(text) + 1;
    for (const press of this.waiting.slice(0, end)) this.onAnswered(Object.assign(press, { answered }));
    this.waiting = this.waiting.slice(end);
  }

  since(time: number): readonly KeyPress[] {
    const from = this.presses.findIndex(({ at, answered = Infinity }) => Math.max(at, answered) > time);
    if (from > 0) this.presses.splice(0, from);
    return this.presses;
  }
}
