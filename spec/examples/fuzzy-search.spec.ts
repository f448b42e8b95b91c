import { expect } from 'chai';
import fc from 'fast-check';
import { bestOf, errorsAllowed, type Match, search, searchInPieces } from '../../examples/threads-demo/fuzzy-search.js';
import { countOf, pack, wordOf } from '../../examples/threads-demo/word-list.js';

/** The whole table of the edit distance with swaps of neighbours, straight from its definition. */
function distance(a: string, b: string): number {
  const table = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (_, j) => i + j));
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const ways = [
        table[i - 1]![j]! + 1,
        table[i]![j - 1]! + 1,
        table[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1),
      ];
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) ways.push(table[i - 2]![j - 2]! + 1);
      table[i]![j] = Math.min(...ways);
    }
  }
  return table[a.length]![b.length]!;
}

/** To that stretch of the word which is most like the query. */
function errorsIn(word: string, query: string): number {
  const distances = [];
  for (let from = 0; from <= word.length; from++) {
    for (let to = from; to <= word.length; to++) distances.push(distance(query, word.slice(from, to)));
  }
  return Math.min(...distances);
}

function model(words: readonly string[], query: string): Match[] {
  return words
    .map((word, number) => ({ number, errors: errorsIn(word, query), length: word.length }))
    .filter(({ errors }) => errors <= errorsAllowed(query))
    .sort((a, b) => a.errors - b.errors || a.length - b.length || a.number - b.number)
    .slice(0, 8);
}

// Few letters, so that words are alike.
const text = (minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength, maxLength });
const words = fc.array(text(0, 9), { maxLength: 40 });

const find = (list: readonly string[], query: string): string[] => {
  const packed = pack(list);
  return search(packed, query, { from: 0, to: list.length }).map(({ number }) => wordOf(packed, number));
};

describe('The fuzzy search of the threads demo', () => {
  it('finds what a naive model finds, in the same order', () => {
    fc.assert(
      fc.property(words, text(1, 8), (list, query) => {
        expect(search(pack(list), query, { from: 0, to: list.length })).to.deep.equal(model(list, query));
      }),
      { numRuns: 300 },
    );
  });

  it('finds the same in parts whose best are put together', () => {
    fc.assert(
      fc.property(words, text(1, 8), fc.array(fc.nat(40), { maxLength: 3 }), (list, query, cuts) => {
        const packed = pack(list);
        const bounds = [0, ...cuts.map((cut) => Math.min(cut, list.length)).sort((a, b) => a - b), list.length];
        const parts = bounds.slice(1).map((to, index) => search(packed, query, { from: bounds[index]!, to }));
        expect(bestOf(parts)).to.deep.equal(search(packed, query, { from: 0, to: list.length }));
      }),
    );
  });

  it('allows a letter too many, one forgotten, one mistaken, and two that changed places', () => {
    for (const query of ['latteency', 'latncy', 'latemcy', 'latecny'])
      expect(find(['latency'], query), query).to.have.lengthOf(1);
  });

  it('allows no error in two letters, one in three, and two in six', () => {
    expect(find(['xy'], 'xz')).to.be.empty;
    expect(find(['xyw'], 'xzw')).to.have.lengthOf(1);
    expect(find(['xyw'], 'zzw')).to.be.empty;
    expect(find(['sequence'], 'seqqence')).to.have.lengthOf(1);
    expect(find(['sequence'], 'sqqqence')).to.have.lengthOf(1);
    expect(find(['sequence'], 'qqqqence')).to.be.empty;
  });

  it('finds the query at any place of a word, the shortest words first', () => {
    expect(find(['rescheduled', 'reschedule', 'schedule'], 'schedule')).to.deep.equal([
      'schedule',
      'reschedule',
      'rescheduled',
    ]);
  });

  it('yields between pieces of 256 words, and has the same result as in one go', () => {
    const list = Array.from({ length: 1_000 }, (_, number) => `word${number}`);
    const packed = pack(list);
    const all = { from: 0, to: list.length };
    const pieces = searchInPieces(packed, 'word99', all);
    let yields = 0;
    let step = pieces.next();
    for (; step.done !== true; step = pieces.next()) yields++;
    expect(yields).to.equal(3);
    expect(step.value).to.deep.equal(search(packed, 'word99', all));
  });

  it('keeps its words in shared memory, as they were', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (list) => {
        const packed = pack(list);
        expect(packed.letters.buffer).to.be.instanceOf(SharedArrayBuffer);
        expect(packed.starts.buffer).to.be.instanceOf(SharedArrayBuffer);
        expect(countOf(packed)).to.equal(list.length);
        expect(list.map((_, number) => wordOf(packed, number))).to.deep.equal(list);
      }),
    );
  });
});
