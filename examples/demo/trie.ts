/**
 * A tree of letters: every key is a path from the root, and the keys that begin alike share the beginning.
 *
 * It is kept in typed arrays instead of objects, so that building it leaves nothing to collect: a pause of the garbage
 * collector would look like a delay of the scheduler that happens to be measured.
 */
export class Trie {
  private letter: Uint16Array;
  private firstChild: Int32Array;
  private nextSibling: Int32Array;
  private firstEntry: Int32Array;
  private nodes = 1;

  private value: Int32Array;
  private nextEntry: Int32Array;
  private entries = 1;

  /** The capacities are what is expected; with more it grows, at the price of a pause for copying. */
  constructor(nodeCapacity: number, entryCapacity: number) {
    this.letter = new Uint16Array(nodeCapacity);
    this.firstChild = new Int32Array(nodeCapacity);
    this.nextSibling = new Int32Array(nodeCapacity);
    this.firstEntry = new Int32Array(nodeCapacity);
    this.value = new Int32Array(entryCapacity);
    this.nextEntry = new Int32Array(entryCapacity);
  }

  /** Forgets everything, and keeps its memory. */
  clear(): void {
    for (const array of [this.letter, this.firstChild, this.nextSibling, this.firstEntry]) array.fill(0, 0, this.nodes);
    for (const array of [this.value, this.nextEntry]) array.fill(0, 0, this.entries);
    this.nodes = 1;
    this.entries = 1;
  }

  /** Files a value under a key, or under the key without its letter at `leftOut`. */
  add(key: string, value: number, leftOut = -1): void {
    let node = 0;
    for (let at = 0; at < key.length; at++) {
      if (at === leftOut) continue;
      const letter = key.charCodeAt(at);
      const { found, last } = this.lookUp(node, letter);
      node = found === 0 ? this.branch(node, last, letter) : found;
    }
    this.file(node, value);
  }

  /** Adds to `found` the values of keys that begin like `prefix` (without its letter at `leftOut`), `limit` in all. */
  collect(prefix: string, found: Set<number>, limit: number, leftOut = -1): void {
    let node = 0;
    for (let at = 0; at < prefix.length; at++) {
      if (at === leftOut) continue;
      node = this.lookUp(node, prefix.charCodeAt(at)).found;
      if (node === 0) return;
    }
    this.collectBelow(node, found, limit);
  }

  /** All that was ever added, as bytes: two tries are the same if these are. */
  *bytes(): Generator<Uint8Array> {
    for (const array of [this.letter, this.firstChild, this.nextSibling, this.firstEntry]) {
      yield bytesOf(array.subarray(0, this.nodes));
    }
    for (const array of [this.value, this.nextEntry]) yield bytesOf(array.subarray(0, this.entries));
  }

  private lookUp(node: number, letter: number): { found: number; last: number } {
    let last = 0;
    let found = this.firstChild[node]!;
    while (found !== 0 && this.letter[found] !== letter) {
      last = found;
      found = this.nextSibling[found]!;
    }
    return { found, last };
  }

  private branch(parent: number, last: number, letter: number): number {
    if (this.nodes === this.letter.length) this.growNodes();
    const node = this.nodes++;
    this.letter[node] = letter;
    if (last === 0) this.firstChild[parent] = node;
    else this.nextSibling[last] = node;
    return node;
  }

  private file(node: number, value: number): void {
    if (this.entries === this.value.length) this.growEntries();
    const entry = this.entries++;
    this.value[entry] = value;
    this.nextEntry[entry] = this.firstEntry[node]!;
    this.firstEntry[node] = entry;
  }

  private collectBelow(node: number, found: Set<number>, limit: number): void {
    for (let entry = this.firstEntry[node]!; entry !== 0; entry = this.nextEntry[entry]!) {
      if (found.size === limit) return;
      found.add(this.value[entry]!);
    }
    for (let child = this.firstChild[node]!; child !== 0; child = this.nextSibling[child]!) {
      if (found.size === limit) return;
      this.collectBelow(child, found, limit);
    }
  }

  private growNodes(): void {
    const letters = new Uint16Array(this.letter.length * 2);
    letters.set(this.letter);
    this.letter = letters;
    this.firstChild = doubled(this.firstChild);
    this.nextSibling = doubled(this.nextSibling);
    this.firstEntry = doubled(this.firstEntry);
  }

  private growEntries(): void {
    this.value = doubled(this.value);
    this.nextEntry = doubled(this.nextEntry);
  }
}

function doubled(array: Int32Array): Int32Array {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}

function bytesOf(array: Uint16Array | Int32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
