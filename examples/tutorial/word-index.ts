/** How many words are indexed between two questions whether somebody else wants to run. */
const PIECE = 100;

/** Finds the words that begin with a text. Until it is complete it has to look at each of them. */
export class WordIndex {
  /** The words by their first letters. */
  private readonly byStart = new Map<string, string[]>();
  private isComplete = false;

  constructor(
    private readonly words: readonly string[],
    private readonly letters = 3,
  ) {}

  /** For `steps`: builds the index, and gives way after each piece. */
  *build(): Generator<void, void, void> {
    for (const [number, word] of this.words.entries()) {
      const start = word.slice(0, this.letters);
      const others = this.byStart.get(start);
      if (others === undefined) this.byStart.set(start, [word]);
      else others.push(word);
      if (number % PIECE === PIECE - 1) yield;
    }
    this.isComplete = true;
  }

  /** Up to `limit` words, in the order of the dictionary. */
  find(text: string, limit = 5): string[] {
    const isIndexed = this.isComplete && text.length >= this.letters;
    const candidates = isIndexed ? (this.byStart.get(text.slice(0, this.letters)) ?? []) : this.words;
    const found: string[] = [];
    for (const word of candidates) {
      if (word.startsWith(text)) found.push(word);
      if (found.length === limit) break;
    }
    return found;
  }
}
