import { Trie } from './trie.js';

/** How many words one answer lists, at most. */
const ANSWER_SIZE = 8;

/** What the dictionary needs per word, measured and rounded up. */
const NODES_PER_WORD = 3;
const NODES_PER_WORD_LESS_ONE = 18;
const SPELLINGS_PER_WORD = 10;

/**
 * Finds words by how they begin, and forgives one wrong letter.
 *
 * Every word is filed as it is, and once for each of its letters without it. A query that matches none of the former
 * is looked up among the latter, and again without each of its own letters: that finds a letter forgotten, doubled,
 * mistaken or swapped with its neighbour.
 */
export class PrefixIndex {
  private readonly words: string[] = [];
  private readonly exact: Trie;
  private readonly lessOne: Trie;

  constructor(expectedWords: number) {
    this.exact = new Trie(expectedWords * NODES_PER_WORD, expectedWords + 1);
    this.lessOne = new Trie(expectedWords * NODES_PER_WORD_LESS_ONE, expectedWords * SPELLINGS_PER_WORD);
  }

  get size(): number {
    return this.words.length;
  }

  /** Forgets everything, and keeps its memory. */
  clear(): void {
    this.words.length = 0;
    this.exact.clear();
    this.lessOne.clear();
  }

  add(word: string): void {
    const number = this.words.push(word) - 1;
    this.exact.add(word, number);
    for (let at = 0; at < word.length; at++) {
      // Either one of two equal letters: what is left is the same.
      if (word[at] !== word[at - 1]) this.lessOne.add(word, number, at);
    }
  }

  /** The first few words that begin like the text, then those that nearly do. */
  find(text: string): string[] {
    const found = new Set<number>();
    this.exact.collect(text, found, ANSWER_SIZE);
    // Nearly everything is one letter away from a text of one or two.
    if (text.length > 2) {
      this.lessOne.collect(text, found, ANSWER_SIZE);
      for (let at = 0; at < text.length; at++) {
        this.exact.collect(text, found, ANSWER_SIZE, at);
        this.lessOne.collect(text, found, ANSWER_SIZE, at);
      }
    }
    return [...found].map((number) => this.words[number]!);
  }

  /** All that was ever added, as bytes: two indexes are the same if these are. */
  *bytes(): Generator<Uint8Array> {
    const encoder = new TextEncoder();
    for (const word of this.words) yield encoder.encode(`${word}\n`);
    for (const trie of [this.exact, this.lessOne]) yield* trie.bytes();
  }
}
