import { expect } from 'chai';
import { stats, ThreadPool } from '../../src/index.js';
import { hub } from '../../src/kernel/events.js';
import { rejectionOf, uncaughtDuring } from '../support/support.js';
import { Turns } from './support/turns.js';

describe('Whoever listens, and throws', () => {
  let pool: ThreadPool;
  let stop: () => void;
  let left: number;

  beforeEach(() => {
    pool = new ThreadPool();
    left = 1;
  });
  afterEach(() => {
    stop();
    expect(stats(pool)).to.include({ queued: 0, running: 0, busy: 0 });
  });

  const throwOnce = (): void => {
    if (left-- > 0) throw new Error('listening');
  };

  it('when it is told of a start, fails that task, and does not stop the loop', async () => {
    stop = hub.listen({ started: throwOnce });
    const runner = pool.createSequencedTaskRunner();
    const failing = rejectionOf(runner.postTask(() => 'never'));
    expect(await runner.postTask(() => 'next')).to.equal('next');
    expect(await failing).to.have.property('message', 'listening');
  });

  it('when it is told of an end, throws to the host, and does not stop the loop', async () => {
    stop = hub.listen({ ended: throwOnce });
    const runner = pool.createSequencedTaskRunner();
    let results: unknown;
    const uncaught = await uncaughtDuring(async () => {
      results = await Promise.all(['first', 'next'].map((result) => runner.postTask(() => result)));
    });
    expect(results).to.deep.equal(['first', 'next']);
    expect(uncaught).to.have.lengthOf(1).with.nested.property('[0].message', 'listening');
  });
});

describe('The error of a task that nobody awaits', () => {
  const errors = [new Error('first'), new Error('second'), new Error('third')] as const;

  it('is thrown in a host callback of its own, and siblings run', () => {
    const turns = new Turns();
    for (const error of errors) {
      turns.post(error.message, 0, { work: (task) => turns.scheduler.fail(task, error) });
    }
    turns.post('sibling');
    const { host, ran } = turns;
    host.comeAll();
    expect(ran).to.deep.equal(['first', 'second', 'third', 'sibling']);
    expect(host.read()).to.deep.equal(['wake', 'later', 'later', 'later']);
    expect(host.comeLater()).to.deep.equal(errors);
    expect(host.isWoken).to.equal(false);
  });

  it('that an alarm throws is thrown in a host callback of its own, too', () => {
    const turns = new Turns();
    turns.scheduler.alarm(
      5,
      () => {
        throw errors[0];
      },
      true,
    );
    turns.postDelayed('sibling', 5);
    turns.host.advanceTo(5);
    expect(turns.read()).to.equal('sibling');
    expect(turns.host.comeLater()).to.deep.equal([errors[0]]);
  });
});
