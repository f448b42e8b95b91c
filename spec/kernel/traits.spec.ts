import { expect } from 'chai';
import { BEST_EFFORT, DEFAULT_TRAITS, LANES, PRIORITIES, toDelay, toLane, toTraits } from '../../src/kernel/traits.js';

/** What `toTraits` says to traits that have no business being there. */
function complaint(input: object): () => unknown {
  return () => toTraits(input);
}

describe('Traits', () => {
  it('default to user-visible, unnamed, skipped on shutdown, keeping alive and not back to back', () => {
    const defaults = {
      priority: 'user-visible',
      name: '',
      shutdownBehavior: 'skip-on-shutdown',
      keepAlive: true,
      backToBack: false,
    };
    expect(DEFAULT_TRAITS).to.deep.equal(defaults);
    expect(toTraits()).to.deep.equal(defaults);
    expect(toTraits({})).to.deep.equal(defaults);
  });

  it('are frozen, and a copy of what they were made of', () => {
    const input = { name: 'a' };
    const traits = toTraits(input);
    expect(Object.isFrozen(traits) && Object.isFrozen(DEFAULT_TRAITS)).to.equal(true);
    input.name = 'b';
    expect(traits.name).to.equal('a');
  });

  it('take what is left out, or undefined, from the traits they are given', () => {
    const base = toTraits({
      priority: 'best-effort',
      name: 'base',
      shutdownBehavior: 'block-shutdown',
      keepAlive: false,
      backToBack: true,
    });
    expect(toTraits({}, base)).to.deep.equal(base);
    const nothing = {
      priority: undefined,
      name: undefined,
      shutdownBehavior: undefined,
      keepAlive: undefined,
      backToBack: undefined,
    };
    expect(toTraits(nothing, base)).to.deep.equal(base);
    expect(toTraits({ name: '', keepAlive: true }, base)).to.deep.equal({ ...base, name: '', keepAlive: true });
  });

  it("take 'background', the web's word, for best-effort", () => {
    expect(toTraits({ priority: 'background' }).priority).to.equal('best-effort');
    expect(toLane('background')).to.equal(BEST_EFFORT);
  });

  it('say which values a trait can have, and which it had', () => {
    const priorities = "A priority must be 'user-blocking', 'user-visible', 'best-effort' or 'background'; got ";
    expect(complaint({ priority: 'urgent' })).to.throw(TypeError, `${priorities}'urgent'.`);
    expect(complaint({ priority: 1 })).to.throw(TypeError, `${priorities}1.`);
    expect(complaint({ priority: null })).to.throw(TypeError, `${priorities}null.`);
    expect(complaint({ name: 5 })).to.throw(TypeError, 'The trait name must be a string; got 5.');
    expect(complaint({ keepAlive: 'no' })).to.throw(TypeError, "The trait keepAlive must be true or false; got 'no'.");
    expect(complaint({ backToBack: 1 })).to.throw(TypeError, 'The trait backToBack must be true or false; got 1.');
    expect(() => toTraits(null as never)).to.throw(TypeError, 'Options must be an object; got null.');
    expect(complaint({ shutdownBehavior: 'block' })).to.throw(
      TypeError,
      "must be 'skip-on-shutdown', 'block-shutdown' or 'continue-on-shutdown'; got 'block'.",
    );
  });

  it('have a lane for each priority, the highest first', () => {
    expect(PRIORITIES.map(toLane)).to.deep.equal(LANES);
    expect(PRIORITIES).to.deep.equal(['user-blocking', 'user-visible', 'best-effort']);
  });
});

describe('A delay', () => {
  it('is taken as it is when it is positive, however long', () => {
    for (const delay of [0.5, 1, 2 ** 31, Number.MAX_VALUE, Infinity]) expect(toDelay(delay)).to.equal(delay);
  });

  it('is 0 when it is left out, NaN, or negative', () => {
    for (const delay of [undefined, null, NaN, -1, -Infinity, 0]) expect(toDelay(delay)).to.equal(0);
    expect(Object.is(toDelay(-0), 0)).to.equal(true);
  });

  it('may be a numeric string, as for RxJS’s own schedulers', () => {
    expect(['10', ' 2.5 ', '-3', 'Infinity', '0'].map(toDelay)).to.deep.equal([10, 2.5, 0, Infinity, 0]);
  });

  it('must be a number: else the error says what it was', () => {
    const message = 'A delay must be a number of milliseconds; got ';
    for (const [delay, shown] of [
      ['soon', "'soon'"],
      ['', "''"],
      [10n, '10'],
      [{}, 'an object'],
      [true, 'true'],
    ] as const) {
      expect(() => toDelay(delay)).to.throw(TypeError, `${message}${shown}.`);
    }
  });
});
