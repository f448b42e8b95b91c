/** The fields that a {@link DeadlineHeap} writes into its nodes. */
export interface HeapNode {
  /** The node's index while it is in the heap. The heap never clears it: the owner sets the place of a removed node. */
  place: number;
  /** Breaks ties between equal deadlines. Compared in 32 bits, so it may wrap around. */
  order: number;
}

/** Children per node. Four halves the height of the tree and keeps a node's children in one cache line. */
const ARITY = 4;

/** Arrays shorter than this are not shrunk. */
const LEAST_SLOTS = 1_024;

/**
 * The nodes by (deadline, order), earliest first.
 *
 * `first` and `nextDeadline` are O(1); `add` and `remove` of any node are O(log n), and near O(1) for the random deadlines
 * of real programs, where most nodes are leaves. Deadlines are in a separate array: a comparison touches no node unless two
 * deadlines are equal, and V8 keeps an array of numbers unboxed.
 *
 * The arrays only grow. Once they are three quarters empty, they are copied into shorter ones.
 *
 * Source: d-ary heaps, D. B. Johnson, "Priority queues with update and finding minimum spanning trees" (1975);
 * the sift with a travelling hole is that of CPython's heapq.
 */
export class DeadlineHeap<T extends HeapNode> {
  private nodes: (T | undefined)[] = [];
  private deadlines: number[] = [];
  /** The length of the arrays since they were last created. */
  private slots = 0;
  size = 0;

  /** The earliest node, or `undefined` when the heap is empty. */
  get first(): T | undefined {
    return this.nodes[0];
  }

  /** The earliest deadline, or `Infinity` when the heap is empty. */
  get nextDeadline(): number {
    return this.size === 0 ? Infinity : this.deadlines[0]!;
  }

  /** Adds a node. Makes no call after the first write, so that a full stack leaves the heap unchanged. */
  add(node: T, deadline: number, order: number): void {
    const { nodes, deadlines } = this;
    let hole = this.size++;
    if (hole >= this.slots) this.slots = hole + 1;
    node.order = order;
    while (hole > 0) {
      const parent = (hole - 1) >> 2;
      const above = deadlines[parent]!;
      const other = nodes[parent]!;
      if (deadline > above || (deadline === above && ((order - other.order) | 0) >= 0)) break;
      nodes[hole] = other;
      deadlines[hole] = above;
      other.place = hole;
      hole = parent;
    }
    nodes[hole] = node;
    deadlines[hole] = deadline;
    node.place = hole;
  }

  /** Removes a node that is in the heap. Makes no call before it has finished, either. */
  remove(node: T): void {
    const { nodes, deadlines } = this;
    let hole = node.place;
    const size = --this.size;
    const last = nodes[size]!;
    const deadline = deadlines[size]!;
    nodes[size] = undefined;
    if (last !== node) {
      const { order } = last;
      // Moves down along the smaller children while they go before the last node, otherwise up.
      for (let child = hole * ARITY + 1; child < size; child = hole * ARITY + 1) {
        const end = child + ARITY < size ? child + ARITY : size;
        let least = child;
        for (let i = child + 1; i < end; i++) {
          const a = deadlines[i]!;
          const b = deadlines[least]!;
          if (a < b || (a === b && ((nodes[i]!.order - nodes[least]!.order) | 0) < 0)) least = i;
        }
        const below = deadlines[least]!;
        const other = nodes[least]!;
        if (deadline < below || (deadline === below && ((order - other.order) | 0) < 0)) break;
        nodes[hole] = other;
        deadlines[hole] = below;
        other.place = hole;
        hole = least;
      }
      while (hole > 0) {
        const parent = (hole - 1) >> 2;
        const above = deadlines[parent]!;
        const other = nodes[parent]!;
        if (deadline > above || (deadline === above && ((order - other.order) | 0) >= 0)) break;
        nodes[hole] = other;
        deadlines[hole] = above;
        other.place = hole;
        hole = parent;
      }
      nodes[hole] = last;
      deadlines[hole] = deadline;
      last.place = hole;
    }
    if (this.slots > LEAST_SLOTS && size < this.slots >> 2) this.shrink();
  }

  /** The deadline of a node that is in the heap. */
  deadlineOf(node: T): number {
    return this.deadlines[node.place]!;
  }

  /** The nodes in no particular order. */
  values(): readonly T[] {
    return this.nodes.slice(0, this.size) as T[];
  }

  /** Frees memory. A copy is O(n) after at least 3n removals. */
  private shrink(): void {
    this.nodes = this.nodes.slice(0, this.size);
    this.deadlines = this.deadlines.slice(0, this.size);
    this.slots = this.size;
  }
}
