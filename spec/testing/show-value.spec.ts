import { expect } from 'chai';
import { showBoth, showValue } from '../../src/testing/report/show-value.js';

class Point {
  constructor(
    readonly x: number,
    readonly y: unknown,
  ) {}
}

describe('showValue', () => {
  it('writes a value on one line, as one would write it', () => {
    expect(showValue('a\nb')).to.equal(String.raw`'a\nb'`);
    expect(showValue([1, -0, 2n, null, undefined, true])).to.equal('[1, -0, 2n, null, undefined, true]');
    expect(showValue({ a: 1, b: { c: [] }, [Symbol('d')]: 2 })).to.equal('{ a: 1, b: { c: [] }, Symbol(d): 2 }');
    expect(showValue(new Point(1, 'y'))).to.equal("Point { x: 1, y: 'y' }");
    expect(showValue(new Map([['k', new Set([1])]]))).to.equal("Map { 'k' => Set { 1 } }");
    expect(showValue(new Date(0))).to.equal('1970-01-01T00:00:00.000Z');
    expect(showValue(new Date(NaN))).to.equal('Invalid Date');
    expect(showValue(/a/g)).to.equal('/a/g');
    expect(showValue(Object(1))).to.equal('Number(1)');
    expect(showValue(new TypeError('no'))).to.equal('TypeError: no');
    expect(showValue(new Error())).to.equal('Error');
    expect(showValue(Object.create(null))).to.equal('{}');
    expect(showValue(showValue)).to.equal('function showValue');
    expect(showValue(() => 1)).to.equal('a function');
  });

  it('marks what is circular, leaves out what is deep, and cuts what is long', () => {
    const circular: { self?: unknown } = {};
    circular.self = circular;
    expect(showValue(circular)).to.equal('{ self: [circular] }');
    expect(showValue([[[[[['deep']]]]]])).to.equal('[[[[[…]]]]]');
    expect(showValue('x'.repeat(1000)))
      .to.have.lengthOf(160)
      .and.satisfy((shown: string) => shown.endsWith('…'));
  });

  it('never throws', () => {
    const hostile = {
      get trap(): never {
        throw new Error('looked at');
      },
    };
    expect(showValue(hostile)).to.equal('object that throws when it is looked at');
  });
});

describe('showBoth', () => {
  it('says where two values differ that look the same', () => {
    const long = 'x'.repeat(200);
    expect(showBoth({ list: [long, `${long}a`] }, { list: [long, `${long}b`] }).where).to.match(
      /^they differ at \.list\[1\]: expected 'x+…, got 'x+…$/,
    );
    expect(showBoth([new Error('a')], [new Error('a')]).where).to.equal(
      'they are not of one class, or differ in what is not shown',
    );
  });

  it('says no more where they look different', () => {
    expect(showBoth(1, 2)).to.deep.equal({ expected: '1', actual: '2', where: '' });
  });
});
