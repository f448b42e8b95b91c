import { expect } from 'chai';
import fc from 'fast-check';
import { demand, demandNumber, demandOptions, demandSignal, isCount, show, toDuration } from '../../src/base/demand.js';

describe('A demand', () => {
  it('says which rule is broken and what was given, as a TypeError', () => {
    expect(() => demand(true, 'It must be so', 5)).not.to.throw();
    expect(() => demand(false, 'It must be so', 'x')).to.throw(TypeError, "It must be so; got 'x'.");
  });

  it('is a RangeError about a number where another one is demanded', () => {
    expect(() => demandNumber(true, 'It must be positive', 5)).not.to.throw();
    expect(() => demandNumber(false, 'It must be positive', -1)).to.throw(RangeError, 'It must be positive; got -1.');
    expect(() => demandNumber(false, 'It must be positive', '1')).to.throw(TypeError, "It must be positive; got '1'.");
  });

  it('of a duration takes milliseconds from 0 to Infinity', () => {
    expect([0, 0.5, Infinity].map((ms) => toDuration('The time', ms))).to.deep.equal([0, 0.5, Infinity]);
    const rule = 'The time must be a number of milliseconds, 0 or more, or Infinity; got ';
    for (const ms of [-1, NaN]) expect(() => toDuration('The time', ms)).to.throw(RangeError, `${rule}${ms}.`);
    expect(() => toDuration('The time', '5' as never)).to.throw(TypeError, `${rule}'5'.`);
  });

  it('of options takes objects, and none at all', () => {
    for (const options of [undefined, {}, []]) expect(() => demandOptions(options)).not.to.throw();
    for (const options of [null, 5, 'x'])
      expect(() => demandOptions(options as never)).to.throw(TypeError, 'Options must be');
  });

  it('of a signal takes what one can listen to, and none at all', () => {
    for (const signal of [undefined, new AbortController().signal]) expect(() => demandSignal(signal)).not.to.throw();
    for (const signal of [null, {}, 5]) {
      expect(() => demandSignal(signal as never)).to.throw(TypeError, 'The option signal must be an AbortSignal');
    }
  });

  it('of a count takes positive integers and Infinity', () => {
    expect([1, 5, Infinity].every(isCount)).to.equal(true);
    expect([0, -1, 1.5, NaN, -Infinity, '1' as never].some(isCount)).to.equal(false);
  });
});

describe('show', () => {
  it('quotes text, and names functions and the kinds of objects', () => {
    expect(show('4')).to.equal(`'4'`);
    expect(show(4)).to.equal('4');
    expect(show(-0.5)).to.equal('-0.5');
    expect(show(4n)).to.equal('4');
    expect(show(NaN)).to.equal('NaN');
    expect(show(true)).to.equal('true');
    expect(show(null)).to.equal('null');
    expect(show(undefined)).to.equal('undefined');
    expect(show(Symbol('s'))).to.equal('Symbol(s)');
    expect(show(parseInt)).to.equal('a function');
    expect(show(() => 0)).to.equal('a function');
    expect(show([1])).to.equal('an object');
    expect(show(new Date(0))).to.equal('an object');
    expect(show(Object.create(null))).to.equal('an object');
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true }), (value) => {
        expect(show(value)).to.be.a('string');
      }),
    );
  });

  it('never throws at what throws when it is looked at', () => {
    const hostile = {
      get [Symbol.toStringTag](): string {
        throw new Error('Do not look.');
      },
    };
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const oddlyNamed = Object.defineProperty(() => 0, 'name', { value: Symbol('s') });
    for (const value of [hostile, proxy, oddlyNamed]) expect(show(value)).to.be.a('string');
  });
});
