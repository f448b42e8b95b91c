import { expect } from 'chai';
import { Turns } from './support/turns.js';

/** What `call` throws; it must. */
function thrownBy(call: () => void): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('It did not throw.');
}

describe('The error of a task', () => {
  const errors = [new Error('first'), new Error('second'), new Error('third')] as const;

  /** Tasks of which each fails as soon as it runs, and one that does not. */
  function failing(standsStill: boolean): Turns {
    const turns = new Turns(standsStill);
    for (const error of errors) {
      turns.post(error.message, 0, { work: (task) => turns.scheduler.fail(task, error) });
    }
    turns.post('sibling');
    return turns;
  }

  it('is thrown in a host callback of its own, and siblings run', () => {
    const { host, ran } = failing(false);
    host.comeWake();
    expect(ran).to.deep.equal(['first', 'second', 'third', 'sibling']);
    expect(host.read()).to.deep.equal(['wake', 'later', 'later', 'later']);
    expect(host.comeLater()).to.deep.equal(errors);
    expect(host.isWakeOutstanding).to.equal(false);
  });

  it('leaves the wake-up where time stands still, so that whoever drives the clock sees it', () => {
    const { host, ran } = failing(true);
    expect(thrownBy(() => host.comeWake())).to.equal(errors[0]);
    expect(ran).to.deep.equal(['first', 'second', 'third', 'sibling']);
    expect(host.comeLater()).to.deep.equal(errors.slice(1));
  });

  it('does not stop the loop that it leaves', () => {
    const turns = failing(true);
    thrownBy(() => turns.host.comeWake());
    turns.read();
    turns.post('next');
    turns.host.comeWake();
    expect(turns.read()).to.equal('next');
  });
});
