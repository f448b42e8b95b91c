import { expect } from 'chai';
import fc from 'fast-check';
import { DeadlineHeap, type HeapNode } from '../../src/base/deadline-heap.js';
import { heapUsed } from '../support/heap.js';

interface Node extends HeapNode {
  readonly deadline: number;
}

/** What the heap promises, in the slowest and plainest way: an array, sorted at each look. */
class NaiveQueue {
  readonly nodes: Node[] = [];

  get first(): Node | undefined {
    return this.nodes.sort((a, b) => a.deadline - b.deadline || (a.order - b.order) | 0)[0];
  }

  remove(node: Node): void {
    this.nodes.splice(this.nodes.indexOf(node), 1);
  }
}

/** Adds a node with this deadline, removes one of those that are in, or takes the first. */
type Step = { add: number } | { remove: number } | 'poll';

// Few deadlines, so that there are many ties; `Infinity` is what is never due.
const deadlines = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.double({ noNaN: true }), fc.constant(Infinity));
const steps = fc.array<Step>(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ add: deadlines }) },
    { weight: 2, arbitrary: fc.record({ remove: fc.nat(1000) }) },
    { weight: 1, arbitrary: fc.constant('poll' as const) },
  ),
  { maxLength: 120, size: 'max' },
);

/** Plays `program` on both, with orders from `firstOrder` on, and compares them after each step. */
function compare(program: readonly Step[], firstOrder: number): void {
  const heap = new DeadlineHeap<Node>();
  const naive = new NaiveQueue();
  let order = firstOrder;
  for (const step of program) {
    if (step === 'poll') {
      const { first } = naive;
      if (first !== undefined) take(first);
    } else if ('add' in step) {
      const node = { place: -1, order, deadline: step.add };
      heap.add(node, node.deadline, order);
      order = (order + 1) | 0;
      naive.nodes.push(node);
    } else {
      const node = naive.nodes[step.remove % Math.max(1, naive.nodes.length)];
      if (node !== undefined) take(node);
    }
    check();
  }
  while (heap.first !== undefined) {
    take(heap.first);
    check();
  }
  expect(naive.nodes).to.be.empty;

  function take(node: Node): void {
    heap.remove(node);
    naive.remove(node);
  }

  function check(): void {
    expect(heap.first).to.equal(naive.first);
    expect(heap.nextDeadline).to.equal(naive.first?.deadline ?? Infinity);
    expect(heap.size).to.equal(naive.nodes.length);
    expect(heap.values().every((node, index) => node.place === index)).to.equal(true);
    expect(naive.nodes.every((node) => heap.values()[node.place] === node)).to.equal(true);
  }
}

describe('DeadlineHeap', () => {
  it('gives the earliest node first, ties by order, after any adds and removals, and keeps all places', () => {
    fc.assert(fc.property(steps, (program) => compare(program, 1)));
  });

  it('breaks ties by order when the order wraps round at 2^31, too', () => {
    const nearTheEdge = fc.integer({ min: 2 ** 31 - 60, max: 2 ** 31 - 1 });
    fc.assert(fc.property(steps, nearTheEdge, (program, firstOrder) => compare(program, firstOrder)));
  });

  it('leaves the place of a removed node to its owner', () => {
    const heap = new DeadlineHeap<Node>();
    const node = { place: -1, order: 0, deadline: 5 };
    heap.add(node, 5, 1);
    expect(node).to.include({ place: 0, order: 1 });
    heap.remove(node);
    expect(node.place).to.equal(0);
    expect(heap.first).to.equal(undefined);
    expect(heap.nextDeadline).to.equal(Infinity);
  });

  it('retains no node that was removed', () => {
    const heap = new DeadlineHeap<Node>();
    const nodes = Array.from({ length: 20 }, (_, order) => ({ place: -1, order, deadline: order % 3 }));
    for (const node of nodes) heap.add(node, node.deadline, node.order);
    for (const node of nodes.slice(5)) heap.remove(node);
    expect(heap.values()).to.have.members(nodes.slice(0, 5));
  });

  it('gives its memory back once it is three quarters empty, and is in order all the same', async () => {
    const heap = new DeadlineHeap<Node>();
    const deadlineOf = (index: number): number => (index * 7919) % 100_003;
    const add = (index: number): Node => {
      const node = { place: -1, order: 0, deadline: deadlineOf(index) };
      heap.add(node, node.deadline, index);
      return node;
    };
    const kept = Array.from({ length: 10 }, (_, index) => add(index));
    const before = await heapUsed();
    for (const node of Array.from({ length: 300_000 }, (_, index) => add(index))) heap.remove(node);
    // The arrays took 4.8 MB.
    expect((await heapUsed()) - before).to.be.below(500_000);
    const inOrder: number[] = [];
    for (let { first } = heap; first !== undefined; { first } = heap) {
      inOrder.push(first.deadline);
      heap.remove(first);
    }
    expect(inOrder).to.deep.equal(kept.map(({ deadline }) => deadline).sort((a, b) => a - b));
  });

  it('is in order through any growing and shrinking', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -2_500, max: 2_500 }), { maxLength: 8 }), fc.nat(), (phases, seed) => {
        const heap = new DeadlineHeap<Node>();
        const nodes = new Set<Node>();
        let state = seed | 1;
        const random = (): number => (state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff);
        let order = 0;
        for (const phase of phases) {
          for (let i = 0; i < phase; i++) {
            const node = { place: -1, order: 0, deadline: random() % 1_000 };
            heap.add(node, node.deadline, ++order);
            nodes.add(node);
          }
          const rest = [...nodes];
          for (let i = 0; i < -phase && i < rest.length; i++) {
            heap.remove(rest[i]!);
            nodes.delete(rest[i]!);
          }
          expect(heap.size).to.equal(nodes.size);
        }
        const sorted = [...nodes].sort((a, b) => a.deadline - b.deadline || a.order - b.order);
        for (const node of sorted) {
          expect(heap.first === node).to.equal(true);
          heap.remove(node);
        }
      }),
      { numRuns: 30 },
    );
  });
});
