import { expect } from 'chai';
import { toDelay } from '../../src/engine/delay.js';

describe('A delay', () => {
  it('is taken as it is when it is positive, however long', () => {
    for (const delay of [0.5, 1, 2 ** 31, Number.MAX_VALUE, Infinity]) expect(toDelay(delay)).to.equal(delay);
  });

  it('is 0 when it is left out, NaN, or negative', () => {
    for (const delay of [undefined, null, NaN, -1, -Infinity, 0]) expect(toDelay(delay)).to.equal(0);
    expect(Object.is(toDelay(-0), 0)).to.equal(true);
  });

  it('must be a number: else the error says what it was', () => {
    const message = 'A delay must be a number of milliseconds; got ';
    for (const [delay, shown] of [
      ['10', "'10'"],
      [10n, '10'],
      [{}, 'an object'],
      [true, 'true'],
    ] as const) {
      expect(() => toDelay(delay as unknown as number)).to.throw(TypeError, `${message}${shown}.`);
    }
  });
});
