import { createHash } from 'node:crypto';
import type { PrefixIndex } from './prefix-index.js';

/** The same for two indexes if the same words were added in the same order. */
export function fingerprintOf(index: PrefixIndex): string {
  const hash = createHash('sha256');
  for (const bytes of index.bytes()) hash.update(bytes);
  return hash.digest('hex').slice(0, 16);
}
