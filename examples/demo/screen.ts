import type { Keystroke } from './typist.js';

/** What the index found for what had been typed up to a key. */
export interface Answer {
  readonly key: Keystroke;
  readonly words: readonly string[];
}

/** An answer that was shown. */
export interface Shown {
  readonly key: Keystroke;
  readonly at: number;
}

/**
 * What the person looks at. It knows how long each key waited.
 *
 * A key is answered when the screen first shows an answer to what had been typed up to it, or later: if the program
 * fell behind and answers only the last of ten keys, all ten have waited for that one answer.
 */
export class Screen {
  content = '';
  readonly shown: Shown[] = [];
  readonly waits: number[] = [];
  private readonly unanswered: Keystroke[] = [];

  get isUpToDate(): boolean {
    return this.unanswered.length === 0;
  }

  pressed(key: Keystroke): void {
    this.unanswered.push(key);
  }

  show({ key, words }: Answer): void {
    this.content = `${key.text}: ${words.join(', ')}`;
    const at = performance.now();
    this.shown.push({ key, at });
    while (this.unanswered.length > 0 && this.unanswered[0]!.number <= key.number) {
      this.waits.push(at - this.unanswered.shift()!.at);
    }
  }
}
