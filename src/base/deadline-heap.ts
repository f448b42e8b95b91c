/** What a {@link DeadlineHeap} writes into its nodes. */
export interface HeapNode {
  /** The node's index while it is in the heap. The heap never clears it: the owner says where a removed node went. */
  place: number;
  /** Breaks ties between equal deadlines; compared in 32 bits, so that it may wrap round. */
  order: number;
}

/** Children per node. Four halves the height of the tree and keeps a node's children in one cache line. */
const ARITY = 4;

/**
 * The nodes by (deadline, order), earliest first.
 *
 * `first` and `nextDeadline` are O(1); `add` and `remove` of any node are O(log n), and near O(1) for the random
 * deadlines of real programs, where most nodes are leaves. Deadlines live in an array of their own, beside the nodes:
 * a comparison touches no node unless two deadlines are equal, and V8 keeps an array of numbers unboxed.
 *
 * Source: d-ary heaps, D. B. Johnson, "Priority queues with update and finding minimum spanning trees" (1975);
 * the sift with a travelling hole is that of CPython's heapq.
 */
export class DeadlineHeap<T extends HeapNode> {
  private readonly nodes: T[] = [];
  private readonly deadlines: number[] = [];

  get size(): number {
    return this.nodes.length;
  }

  /** The earliest node, or `undefined` when the heap is empty. */
  get first(): T | undefined {
    return this.nodes[0];
  }

  /** The earliest deadline, or `Infinity` when the heap is empty. */
  get nextDeadline(): number {
    return this.deadlines.length === 0 ? Infinity : this.deadlines[0]!;
  }

  add(node: T, deadline: number): void {
    const place = this.nodes.length;
    this.nodes.push(node);
    this.deadlines.push(deadline);
    this.rise(place, node, deadline);
  }

  remove(node: T): void {
    const { place } = node;
    const last = this.nodes.pop()!;
    const deadline = this.deadlines.pop()!;
    if (last === node) return;
    if (place > 0 && this.before(deadline, last, (place - 1) >> 2)) this.rise(place, last, deadline);
    else this.sink(place, last, deadline);
  }

  /** The nodes in no particular order: for a shutdown, which has to look at them all. */
  values(): readonly T[] {
    return this.nodes;
  }

  /** Whether a node with this deadline goes before the one at `place`. */
  private before(deadline: number, node: T, place: number): boolean {
    const other = this.deadlines[place]!;
    return deadline < other || (deadline === other && ((node.order - this.nodes[place]!.order) | 0) < 0);
  }

  private rise(hole: number, node: T, deadline: number): void {
    while (hole > 0) {
      const parent = (hole - 1) >> 2;
      if (!this.before(deadline, node, parent)) break;
      this.put(hole, this.nodes[parent]!, this.deadlines[parent]!);
      hole = parent;
    }
    this.put(hole, node, deadline);
  }

  private sink(hole: number, node: T, deadline: number): void {
    const { nodes, deadlines } = this;
    const size = nodes.length;
    for (let child = hole * ARITY + 1; child < size; child = hole * ARITY + 1) {
      const end = Math.min(child + ARITY, size);
      let least = child;
      for (let i = child + 1; i < end; i++) {
        if (this.before(deadlines[i]!, nodes[i]!, least)) least = i;
      }
      if (this.before(deadline, node, least)) break;
      this.put(hole, nodes[least]!, deadlines[least]!);
      hole = least;
    }
    this.put(hole, node, deadline);
  }

  private put(place: number, node: T, deadline: number): void {
    this.nodes[place] = node;
    this.deadlines[place] = deadline;
    node.place = place;
  }
}
