import type { WordList } from './word-list.js';

/** How many words one answer lists, at most. */
const ANSWER_SIZE = 8;
/** How many words are compared at a stretch: some 0.1 ms. */
const PIECE_SIZE = 256;
/** More typing errors than these make another word of it. */
const MOST_ERRORS = 2;
/** Of two letters each mistaken, little is left: so many are needed for each error. */
const LETTERS_PER_ERROR = 3;

const NO_LETTER = -1;

/** A word in which the query stands. */
export interface Match {
  /** Its number in the list. */
  readonly number: number;
  /** How many typing errors apart the two are. */
  readonly errors: number;
  readonly length: number;
}

/** Part of the list: the words from one number to another, without the latter. */
export interface Part {
  readonly from: number;
  readonly to: number;
}

/**
 * The words in which the query stands, anywhere, with a few typing errors: the best few of a part of the list, the one with
 * the fewest errors and the shortest first. It compares with each word of the part, in O(letters of the part × letters of
 * the query), and yields between pieces of some 0.1 ms.
 *
 * An error is a letter too many, one forgotten, one mistaken, or two that changed places.
 */
export function* searchInPieces(words: WordList, query: string, { from, to }: Part): Generator<void, Match[], void> {
  const { letters, starts } = words;
  const ruler = new Ruler(query);
  const most = errorsAllowed(query);
  let found: Match[] = [];
  for (let piece = from; piece < to; piece += PIECE_SIZE) {
    if (piece > from) yield;
    for (let number = piece; number < Math.min(piece + PIECE_SIZE, to); number++) {
      const [start, end] = [starts[number]!, starts[number + 1]!];
      const errors = ruler.errorsIn(letters, start, end);
      if (errors <= most) found = withMatch(found, { number, errors, length: end - start });
    }
  }
  return found;
}

/** The same in one go. */
export function search(words: WordList, query: string, part: Part): Match[] {
  const pieces = searchInPieces(words, query, part);
  for (;;) {
    const { done, value } = pieces.next();
    if (done === true) return value;
  }
}

/** The best of what was found in several parts. */
export function bestOf(parts: readonly (readonly Match[])[]): Match[] {
  return parts.flat().sort(compare).slice(0, ANSWER_SIZE);
}

export function errorsAllowed(query: string): number {
  return Math.min(MOST_ERRORS, Math.floor(query.length / LETTERS_PER_ERROR));
}

function withMatch(found: Match[], match: Match): Match[] {
  const isWorse = found.length === ANSWER_SIZE && compare(found.at(-1)!, match) < 0;
  return isWorse ? found : bestOf([found, [match]]);
}

function compare(a: Match, b: Match): number {
  return a.errors - b.errors || a.length - b.length || a.number - b.number;
}

/**
 * Measures how many typing errors apart a query and a word are: the edit distance, with swaps of neighbours, between the
 * query and that stretch of the word which is most like it.
 *
 * Row `i` of the table has for each beginning of the query its distance to the best stretch that ends with letter `i` of the
 * word. Three rows are enough: the current one, the one before, and, for a swap, the one before that.
 */
class Ruler {
  private readonly query: Uint16Array;
  private readonly rows: readonly [Uint16Array, Uint16Array, Uint16Array];

  constructor(query: string) {
    const row = (): Uint16Array => new Uint16Array(query.length + 1);
    this.query = Uint16Array.from({ length: query.length }, (_, at) => query.charCodeAt(at));
    this.rows = [row(), row(), row()];
  }

  errorsIn(letters: Uint16Array, start: number, end: number): number {
    const { query, rows } = this;
    const length = query.length;
    let [current, before, twoBefore] = rows;
    // Of no letters the query is apart by all of its own.
    for (let at = 0; at <= length; at++) before[at] = at;
    let fewest = length;
    let previous = NO_LETTER;
    for (let place = start; place < end; place++) {
      const letter = letters[place]!;
      // The stretch may begin anywhere, at no cost.
      let errors = 0;
      current[0] = 0;
      for (let at = 1; at <= length; at++) {
        const wanted = query[at - 1]!;
        // Either the query has a letter too many, or it lacks one, or the two letters are compared.
        errors = Math.min(errors, before[at]!) + 1;
        const compared = before[at - 1]! + (wanted === letter ? 0 : 1);
        if (compared < errors) errors = compared;
        if (at > 1 && wanted === previous && query[at - 2] === letter)
          errors = Math.min(errors, twoBefore[at - 2]! + 1);
        current[at] = errors;
      }
      fewest = Math.min(fewest, errors);
      [current, before, twoBefore] = [twoBefore, current, before];
      previous = letter;
    }
    return fewest;
  }
}
