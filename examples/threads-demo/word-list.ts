/**
 * Words one after another in shared memory: all threads read the same copy, and to hand it to a thread copies nothing. A page
 * that is not isolated from other origins has no shared memory: there it is ordinary memory, and each thread has a copy.
 */
export interface WordList {
  /** The UTF-16 code units of all words. */
  readonly letters: Uint16Array;
  /** Where each word begins, and at the end where the last one ends. */
  readonly starts: Uint32Array;
}

const Memory = 'SharedArrayBuffer' in globalThis ? SharedArrayBuffer : ArrayBuffer;

export function pack(words: readonly string[]): WordList {
  const size = words.reduce((sum, word) => sum + word.length, 0);
  const letters = new Uint16Array(new Memory(size * Uint16Array.BYTES_PER_ELEMENT));
  const starts = new Uint32Array(new Memory((words.length + 1) * Uint32Array.BYTES_PER_ELEMENT));
  let end = 0;
  words.forEach((word, number) => {
    for (let at = 0; at < word.length; at++) letters[end++] = word.charCodeAt(at);
    starts[number + 1] = end;
  });
  return { letters, starts };
}

export function countOf({ starts }: WordList): number {
  return starts.length - 1;
}

export function wordOf({ letters, starts }: WordList, number: number): string {
  return String.fromCharCode(...letters.subarray(starts[number], starts[number + 1]));
}
