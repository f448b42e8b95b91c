import { expect } from 'chai';
import fc from 'fast-check';
import { RingBuffer } from '../../src/operators/ring-buffer.js';

type Verb = number | 'shift' | 'clear';

const verbs = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 99 }) },
    { weight: 4, arbitrary: fc.constant<Verb>('shift') },
    { weight: 1, arbitrary: fc.constant<Verb>('clear') },
  ),
  { maxLength: 300 },
);

const slotsOf = (ring: RingBuffer<unknown>): unknown[] => (ring as unknown as { slots: unknown[] }).slots;

describe('A ring buffer', () => {
  it('gives the values back first in, first out, as an array does', () => {
    fc.assert(
      fc.property(verbs, (program) => {
        const ring = new RingBuffer<number>();
        let model: number[] = [];
        for (const verb of program) {
          if (verb === 'clear') {
            ring.clear();
            model = [];
          } else if (verb !== 'shift') {
            ring.push(verb);
            model.push(verb);
          } else if (model.length > 0) {
            expect(ring.shift()).to.equal(model.shift());
          }
          expect(ring.size).to.equal(model.length);
        }
        expect(Array.from(model, () => ring.shift())).to.deep.equal(model);
      }),
    );
  });

  it('has fewer slots than twice the most values it has held at once, or four, and they are a power of two', () => {
    fc.assert(
      fc.property(verbs, (program) => {
        const ring = new RingBuffer<number>();
        let most = 0;
        for (const verb of program) {
          if (verb === 'clear') continue;
          if (verb !== 'shift') ring.push(verb);
          else if (ring.size > 0) ring.shift();
          most = Math.max(most, ring.size);
          const { length } = slotsOf(ring);
          expect(length).to.be.at.most(Math.max(4, most * 2 - 1));
          expect(length & (length - 1)).to.equal(0);
        }
      }),
    );
  });

  it('does not retain a value that was taken out', () => {
    const ring = new RingBuffer<object>();
    for (let i = 0; i < 6; i++) ring.push({});
    for (let i = 0; i < 6; i++) ring.shift();
    expect(slotsOf(ring).every((slot) => slot === undefined)).to.be.true;
  });

  it('gives back what a burst has taken once it is empty', () => {
    const ring = new RingBuffer<number>();
    for (let i = 0; i < 5_000; i++) ring.push(i);
    for (let i = 0; i < 5_000; i++) expect(ring.shift()).to.equal(i);
    expect(slotsOf(ring)).to.have.lengthOf(4);
    ring.push(7);
    expect(ring.shift()).to.equal(7);
  });

  it('holds undefined as any other value', () => {
    const ring = new RingBuffer<undefined>();
    ring.push(undefined);
    expect(ring.size).to.equal(1);
    expect(ring.shift()).to.equal(undefined);
    expect(ring.size).to.equal(0);
  });
});
