import { createRequire } from 'node:module';

/**
 * How many words come as one value of the stream.
 *
 * One word per value would be the obvious choice, but RxJS removes each pending action from an array by `indexOf` and
 * `splice`: with `asyncScheduler` and `asapScheduler` the cost of `observeOn` grows with the square of its backlog, and
 * 275,000 pending values take minutes. That is a story of its own, and would drown the one told here. At 50 words the
 * 5,500 chunks are a backlog whose own cost is small beside the indexing with any of the three.
 */
export const CHUNK_SIZE = 50;

/** The first `limit` words of the dictionary, in chunks. */
export function loadChunks(limit: number): string[][] {
  const words = loadWords(limit);
  const chunks: string[][] = [];
  for (let at = 0; at < words.length; at += CHUNK_SIZE) chunks.push(words.slice(at, at + CHUNK_SIZE));
  return chunks;
}

/** The first `limit` words of the dictionary. */
export function loadWords(limit: number): string[] {
  // The package is one JSON file, which an `import` would want an attribute for.
  const words: unknown = createRequire(import.meta.url)('an-array-of-english-words');
  if (!Array.isArray(words)) throw new Error('The dictionary is not an array of words.');
  return (words as string[]).slice(0, limit);
}
