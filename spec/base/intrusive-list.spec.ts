import { expect } from 'chai';
import fc from 'fast-check';
import { IntrusiveList, type Linked } from '../../src/base/intrusive-list.js';

interface Node extends Linked<Node> {
  readonly id: number;
}

function node(id: number): Node {
  return { id, prev: null, next: null };
}

function forwards(list: IntrusiveList<Node>): number[] {
  const ids: number[] = [];
  for (let at = list.head; at !== null; at = at.next) ids.push(at.id);
  return ids;
}

function backwards(list: IntrusiveList<Node>): number[] {
  const ids: number[] = [];
  for (let at = list.tail; at !== null; at = at.prev) ids.push(at.id);
  return ids;
}

const steps = fc.array(
  fc.oneof(fc.constant('push' as const), fc.record({ insert: fc.nat(1000) }), fc.record({ remove: fc.nat(1000) })),
  { maxLength: 80, size: 'max' },
);

describe('IntrusiveList', () => {
  it('is in order, read from either end, after any adds and removals', () => {
    fc.assert(
      fc.property(steps, (program) => {
        const list = new IntrusiveList<Node>();
        const naive: Node[] = [];
        program.forEach((step, id) => {
          if (step === 'push') {
            naive.push(node(id));
            list.push(naive.at(-1)!);
          } else if ('insert' in step) {
            const place = step.insert % (naive.length + 1);
            naive.splice(place, 0, node(id));
            list.insert(naive[place]!, naive[place + 1] ?? null);
          } else if (naive.length > 0) {
            list.remove(naive.splice(step.remove % naive.length, 1)[0]!);
          }
          const ids = naive.map((each) => each.id);
          expect(forwards(list)).to.deep.equal(ids);
          expect(backwards(list)).to.deep.equal(ids.reverse());
        });
      }),
    );
  });

  it('clears the links of what it removes, so that it retains no neighbour and can be added again', () => {
    const list = new IntrusiveList<Node>();
    const [a, b, c] = [node(1), node(2), node(3)];
    for (const each of [a, b, c]) list.push(each);
    list.remove(b);
    expect(b).to.deep.equal(node(2));
    list.push(b);
    expect(forwards(list)).to.deep.equal([1, 3, 2]);
  });

  it('is empty at first, and again when all is removed', () => {
    const list = new IntrusiveList<Node>();
    expect(list).to.include({ head: null, tail: null });
    const only = node(1);
    list.push(only);
    list.remove(only);
    expect(list).to.include({ head: null, tail: null });
  });
});
