import { from, observeOn, type Observable, type SchedulerLike, subscribeOn, tap } from 'rxjs';
import type { PrefixIndex } from '../demo/prefix-index.js';

/** How many words come as one value of the stream: `demo/dictionary.ts` says why it is not one. */
const CHUNK_SIZE = 50;

/** Puts all words into an index that is emptied first, chunk by chunk, in the background. Emits each chunk. */
export function building(
  index: PrefixIndex,
  words: readonly string[],
  scheduler: SchedulerLike,
): Observable<readonly string[]> {
  return from(chunksOf(words)).pipe(
    tap({ subscribe: () => index.clear() }),
    subscribeOn(scheduler),
    observeOn(scheduler),
    tap((chunk) => chunk.forEach((word) => index.add(word))),
  );
}

function* chunksOf(words: readonly string[]): Generator<readonly string[]> {
  for (let at = 0; at < words.length; at += CHUNK_SIZE) yield words.slice(at, at + CHUNK_SIZE);
}
