import { expect } from 'chai';
import { BEST_EFFORT, defaultTaskTraits, LANES, PRIORITIES, toLane, toTraits } from '../../src/engine/traits.js';

/** What `toTraits` says to traits that have no business being there. */
function complaint(input: object): () => unknown {
  return () => toTraits(input);
}

describe('Traits', () => {
  it('are user-visible, unnamed, skipped on shutdown and keeping alive unless said otherwise', () => {
    const defaults = { priority: 'user-visible', name: '', shutdownBehavior: 'skip-on-shutdown', keepAlive: true };
    expect(defaultTaskTraits()).to.deep.equal(defaults);
    expect(toTraits()).to.deep.equal(defaults);
    expect(toTraits({})).to.deep.equal(defaults);
  });

  it('are frozen, and a copy of what they were made of', () => {
    const input = { name: 'a' };
    const traits = toTraits(input);
    expect(Object.isFrozen(traits) && Object.isFrozen(defaultTaskTraits())).to.equal(true);
    input.name = 'b';
    expect(traits.name).to.equal('a');
  });

  it('take what is left out, or undefined, from the traits they are given', () => {
    const base = toTraits({
      priority: 'best-effort',
      name: 'base',
      shutdownBehavior: 'block-shutdown',
      keepAlive: false,
    });
    expect(toTraits({}, base)).to.deep.equal(base);
    const nothing = { priority: undefined, name: undefined, shutdownBehavior: undefined, keepAlive: undefined };
    expect(toTraits(nothing, base)).to.deep.equal(base);
    expect(toTraits({ name: '', keepAlive: true }, base)).to.deep.equal({ ...base, name: '', keepAlive: true });
  });

  it("take 'background', the web's word, for best-effort", () => {
    expect(toTraits({ priority: 'background' }).priority).to.equal('best-effort');
    expect(toLane('background')).to.equal(BEST_EFFORT);
  });

  it('say which values a trait can have, and which it had', () => {
    const priorities = "A priority is one of 'user-blocking', 'user-visible', 'best-effort' or 'background'; got ";
    expect(complaint({ priority: 'urgent' })).to.throw(TypeError, `${priorities}'urgent'.`);
    expect(complaint({ priority: 1 })).to.throw(TypeError, `${priorities}1.`);
    expect(complaint({ priority: null })).to.throw(TypeError, `${priorities}null.`);
    expect(complaint({ name: 5 })).to.throw(TypeError, 'The trait name must be a string; got 5.');
    expect(complaint({ keepAlive: 'no' })).to.throw(TypeError, "The trait keepAlive must be true or false; got 'no'.");
    expect(complaint({ shutdownBehavior: 'block' })).to.throw(
      TypeError,
      "must be one of 'skip-on-shutdown', 'block-shutdown', 'continue-on-shutdown'; got 'block'.",
    );
  });

  it('have a lane for each priority, the highest first', () => {
    expect(PRIORITIES.map(toLane)).to.deep.equal(LANES);
    expect(PRIORITIES).to.deep.equal(['user-blocking', 'user-visible', 'best-effort']);
  });
});
