import { createRequire } from 'node:module';

/** An English dictionary of 275,000 words. */
export function loadWords(): string[] {
  // The package is one JSON file, which an `import` would want an attribute for.
  const words: unknown = createRequire(import.meta.url)('an-array-of-english-words');
  if (!Array.isArray(words)) throw new Error('The dictionary is not an array of words.');
  return words as string[];
}
