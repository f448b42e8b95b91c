import { expect } from 'chai';
import { deepEqual } from '../../src/testing/report/deep-equal.js';

class Point {
  constructor(
    readonly x: number,
    readonly y: number,
  ) {}
}

/** A list that ends in itself, after so many nodes. */
function ring(length: number): object {
  const first: { next?: object } = {};
  let node: object = first;
  for (let i = 1; i < length; i++) node = { next: node };
  first.next = node;
  return first;
}

describe('deepEqual', () => {
  it('takes primitives by ===, and NaN for NaN', () => {
    expect(deepEqual(1, 1)).to.equal(true);
    expect(deepEqual(NaN, NaN)).to.equal(true);
    expect(deepEqual(0, -0)).to.equal(true);
    expect(deepEqual(1, '1')).to.equal(false);
    expect(deepEqual(null, undefined)).to.equal(false);
    expect(deepEqual(null, {})).to.equal(false);
    expect(deepEqual([NaN], [NaN])).to.equal(true);
  });

  it('takes functions and promises by identity', () => {
    const same = (): void => undefined;
    expect(deepEqual(same, same)).to.equal(true);
    expect(deepEqual(same, () => undefined)).to.equal(false);
    expect(deepEqual(Promise.resolve(1), Promise.resolve(1))).to.equal(false);
  });

  it('wants the same prototype and the same own enumerable properties, symbols too', () => {
    const tag = Symbol('tag');
    expect(deepEqual(new Point(1, 2), new Point(1, 2))).to.equal(true);
    expect(deepEqual(new Point(1, 2), new Point(1, 3))).to.equal(false);
    expect(deepEqual(new Point(1, 2), { x: 1, y: 2 })).to.equal(false);
    expect(deepEqual({ [tag]: 1 }, { [tag]: 1 })).to.equal(true);
    expect(deepEqual({ [tag]: 1 }, { [tag]: 2 })).to.equal(false);
    expect(deepEqual([1, 2], [1, 2, 3])).to.equal(false);
    expect(deepEqual([], {})).to.equal(false);
  });

  it('does not take a property that is undefined for none', () => {
    expect(deepEqual({ a: undefined }, {})).to.equal(false);
    expect(deepEqual({ a: undefined }, { b: undefined })).to.equal(false);
    expect(deepEqual([undefined], new Array<undefined>(1))).to.equal(false);
  });

  it('takes errors by name and message alone', () => {
    expect(deepEqual(new Error('a'), Object.assign(new Error('a'), { code: 1 }))).to.equal(true);
    expect(deepEqual(new Error('a'), new Error('b'))).to.equal(false);
    expect(deepEqual(new Error('a'), new TypeError('a'))).to.equal(false);
  });

  it('takes dates by time, and regular expressions, boxes and bytes by what they hold', () => {
    expect(deepEqual(new Date(5), new Date(5))).to.equal(true);
    expect(deepEqual(new Date(5), new Date(6))).to.equal(false);
    expect(deepEqual(new Date(NaN), new Date(NaN))).to.equal(true);
    expect(deepEqual(/a/g, /a/g)).to.equal(true);
    expect(deepEqual(/a/g, /a/i)).to.equal(false);
    expect(deepEqual(Object(1), Object(1))).to.equal(true);
    expect(deepEqual(Object(1), Object(2))).to.equal(false);
    expect(deepEqual(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).to.equal(true);
    expect(deepEqual(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).to.equal(false);
    expect(deepEqual(Uint8Array.of(1).buffer, Uint8Array.of(2).buffer)).to.equal(false);
    expect(deepEqual(new DataView(new ArrayBuffer(2)), new DataView(new ArrayBuffer(2)))).to.equal(true);
    expect(deepEqual(new DataView(new ArrayBuffer(2)), new DataView(new ArrayBuffer(3)))).to.equal(false);
  });

  it('takes maps and sets in any order, their keys deeply too', () => {
    expect(deepEqual(new Set([1, { a: 1 }, { b: 1 }]), new Set([{ b: 1 }, 1, { a: 1 }]))).to.equal(true);
    expect(deepEqual(new Set([{ a: 1 }, { a: 1 }]), new Set([{ a: 1 }, { a: 2 }]))).to.equal(false);
    expect(deepEqual(new Set([1]), new Set([1, 2]))).to.equal(false);
    expect(deepEqual(new Map([[{ k: 1 }, 1]]), new Map([[{ k: 1 }, 1]]))).to.equal(true);
    expect(deepEqual(new Map([['a', 1]]), new Map([['a', 2]]))).to.equal(false);
    expect(deepEqual(new Map([['a', undefined]]), new Map([['b', undefined]]))).to.equal(false);
  });

  it('takes cyclic values for the same when they unfold to the same', () => {
    expect(deepEqual(ring(1), ring(1))).to.equal(true);
    expect(deepEqual(ring(2), ring(3))).to.equal(true);
    const a = { self: null as unknown, id: 1 };
    a.self = a;
    const b = { self: null as unknown, id: 2 };
    b.self = b;
    expect(deepEqual(a, b)).to.equal(false);
  });
});
