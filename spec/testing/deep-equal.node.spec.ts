import { isDeepStrictEqual } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import { deepEqual } from '../../src/testing/report/deep-equal.js';

describe('deepEqual', () => {
  it('agrees with Node on plain data', () => {
    const plain = fc.anything({ withDate: true, withMap: true, withSet: true, withNullPrototype: true });
    fc.assert(
      fc.property(plain, plain, (a, b) => {
        expect(deepEqual(a, structuredCloneOf(a))).to.equal(true);
        expect(deepEqual(zeroless(a), zeroless(b))).to.equal(isDeepStrictEqual(zeroless(a), zeroless(b)));
      }),
      { numRuns: 300 },
    );
  });
});

/** Equal by construction, and another object. `structuredClone` loses null prototypes, and keeps the rest. */
function structuredCloneOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(structuredCloneOf);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, structuredCloneOf(item)]));
  if (value instanceof Set) return new Set(value);
  if (value instanceof Date) return new Date(value);
  const copy = Object.create(Object.getPrototypeOf(value) as object | null) as Record<string, unknown>;
  for (const [key, item] of Object.entries(value)) {
    Object.defineProperty(copy, key, { value: structuredCloneOf(item), enumerable: true });
  }
  return copy;
}

/** Node tells 0 from -0, and we do not. */
function zeroless(value: unknown): unknown {
  return JSON.parse(JSON.stringify([value], (_, item: unknown) => (typeof item === 'bigint' ? `${item}n` : item)));
}
