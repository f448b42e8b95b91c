import { expect } from 'chai';
import { outside } from '../../src/host/outside.js';

describe('outside', () => {
  it('gives what it calls returns, and throws what that throws', () => {
    expect(outside(() => 5)).to.equal(5);
    expect(() =>
      outside(() => {
        throw new Error('thrown');
      }),
    ).to.throw('thrown');
  });

  it('is outside of zones, where zone.js is loaded', () => {
    const log: string[] = [];
    const root = {
      run: <R>(call: () => R): R => {
        log.push('enter the root zone');
        return call();
      },
    };
    const current = { ...root };
    Object.assign(globalThis, { Zone: { root, current } });
    try {
      outside(() => log.push('call'));
    } finally {
      Reflect.deleteProperty(globalThis, 'Zone');
    }
    expect(log).to.deep.equal(['enter the root zone', 'call']);
  });

  it('does without a Zone that is not zone.js’s', () => {
    for (const Zone of [{}, { root: null }, { root: {} }, 5]) {
      Object.assign(globalThis, { Zone });
      try {
        expect(outside(() => 'called')).to.equal('called');
      } finally {
        Reflect.deleteProperty(globalThis, 'Zone');
      }
    }
  });
});
