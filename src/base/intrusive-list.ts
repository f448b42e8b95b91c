/** A node that carries its own links, and so can be in one {@link IntrusiveList} at a time. */
export interface Linked<T> {
  prev: T | null;
  next: T | null;
}

/**
 * First in, first out, with removal from anywhere.
 *
 * Every method is O(1) and allocates nothing: the links are fields of the nodes. The list trusts its caller that an added
 * node is in no list, and that a removed node is in this one. The owner of the nodes stores that as their place (a task's
 * `place`, a sequence's `spot`).
 */
export class IntrusiveList<T extends Linked<T>> {
  head: T | null = null;
  tail: T | null = null;

  /** Adds `node` behind all others. */
  push(node: T): void {
    const { tail } = this;
    node.prev = tail;
    if (tail === null) this.head = node;
    else tail.next = node;
    this.tail = node;
  }

  /** Adds `node` before `next`, or behind all others if `next` is null. */
  insert(node: T, next: T | null): void {
    if (next === null) {
      this.push(node);
      return;
    }
    const { prev } = next;
    node.prev = prev;
    node.next = next;
    next.prev = node;
    if (prev === null) this.head = node;
    else prev.next = node;
  }

  /** Removes `node`, wherever it is, and clears its links so that it keeps no neighbour in memory. */
  remove(node: T): void {
    const { prev, next } = node;
    if (prev === null) this.head = next;
    else prev.next = next;
    if (next === null) this.tail = prev;
    else next.prev = prev;
    node.prev = null;
    node.next = null;
  }
}
