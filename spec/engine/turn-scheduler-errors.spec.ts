import { expect } from 'chai';
import { ThreadPool } from '../../src/index.js';
import { observe } from '../../src/engine/observers.js';
import { schedulerInForce } from '../../src/engine/schedulers.js';
import { macrotask, rejectionOf, uncaughtDuring } from '../runners/support.js';
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

describe('Whoever watches, and throws', () => {
  let pool: ThreadPool;
  let stop: () => void;
  let left: number;

  beforeEach(() => {
    pool = new ThreadPool();
    left = 1;
  });
  afterEach(() => {
    stop();
    expect(pool.stats()).to.include({ queued: 0, running: 0, busy: 0 });
  });

  const throwOnce = (): void => {
    if (left-- > 0) throw new Error('watching');
  };

  it('when it is told of a start, fails that task, and does not stop the loop', async () => {
    stop = observe(schedulerInForce(), { started: throwOnce });
    const runner = pool.createSequencedTaskRunner();
    const failing = rejectionOf(runner.postTask(() => 'never'));
    expect(await runner.postTask(() => 'next')).to.equal('next');
    expect(await failing).to.have.property('message', 'watching');
  });

  it('when it is told that a task goes on, fails that, which holds its sequence until it has ended', async () => {
    const runner = pool.createSequencedTaskRunner();
    const log: string[] = [];
    const failing = runner.postTask(async (context) => {
      const goesOn = context.yield();
      stop = observe(schedulerInForce(), { started: throwOnce });
      await goesOn.catch(macrotask);
      log.push('ended');
    });
    const next = runner.postTask(() => log.push('next'));
    expect(await rejectionOf(failing)).to.have.property('message', 'watching');
    await next;
    expect(log).to.deep.equal(['ended', 'next']);
  });

  it('when it is told of an end, throws to the host, and does not stop the loop', async () => {
    stop = observe(schedulerInForce(), { ended: throwOnce });
    const runner = pool.createSequencedTaskRunner();
    let results: unknown;
    const uncaught = await uncaughtDuring(async () => {
      results = await Promise.all(['first', 'next'].map((result) => runner.postTask(() => result)));
    });
    expect(results).to.deep.equal(['first', 'next']);
    expect(uncaught).to.have.lengthOf(1).with.nested.property('[0].message', 'watching');
  });
});

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
