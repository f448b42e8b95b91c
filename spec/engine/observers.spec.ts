import { expect } from 'chai';
import sinon from 'sinon';
import { ThreadPool } from '../../src/index.js';
import { schedulerInForce } from '../../src/engine/schedulers.js';
import { observe } from '../../src/engine/observers.js';

const runner = new ThreadPool().createSequencedTaskRunner();

describe('observe', () => {
  let clock: sinon.SinonFakeTimers;

  beforeEach(() => {
    clock = sinon.useFakeTimers();
  });
  afterEach(() => clock.restore());

  it('tells everybody who watches a clock, in the order in which they came', () => {
    const log: string[] = [];
    const stops = ['first', 'second'].map((name) =>
      observe(schedulerInForce(), {
        posted: () => log.push(`${name} posted`),
        started: () => log.push(`${name} started`),
        settled: (task) => log.push(`${name} settled ${task.state}`),
        ended: () => log.push(`${name} ended`),
      }),
    );
    runner.postTask(() => undefined);
    clock.tick(1);
    stops.forEach((stop) => stop());
    expect(log).to.deep.equal([
      'first posted',
      'second posted',
      'first started',
      'second started',
      'first settled done',
      'second settled done',
      'first ended',
      'second ended',
    ]);
  });

  it('stops for one and goes on for the others, and then leaves the clock as it was', () => {
    const scheduler = schedulerInForce();
    const [stopped, stays] = [sinon.spy(), sinon.spy()];
    const stop = observe(scheduler, { posted: stopped });
    const stopLast = observe(scheduler, { posted: stays });
    stop();
    stop();
    runner.postTask(() => undefined);
    expect([stopped.callCount, stays.callCount]).to.deep.equal([0, 1]);
    stopLast();
    expect(scheduler.observer).to.equal(null);
  });

  it('lets one stop while it is told something, and the others are told of it all the same', () => {
    const told = sinon.spy();
    const stop = observe(schedulerInForce(), { posted: () => stop() });
    const stopLast = observe(schedulerInForce(), { posted: told });
    runner.postTask(() => undefined);
    expect(told.callCount).to.equal(1);
    stopLast();
  });

  it('joins one who watches by himself', () => {
    const scheduler = schedulerInForce();
    const alone = {
      posted: sinon.spy(),
      started: sinon.spy(),
      ended: sinon.spy(),
      withdrawn: sinon.spy(),
      failed: sinon.spy(),
      settled: sinon.spy(),
    };
    scheduler.observer = alone;
    const failed = sinon.spy();
    observe(scheduler, { failed });
    runner.schedule(() => {
      throw new Error('no');
    });
    expect(() => clock.tick(1)).to.throw('no');
    expect(
      [alone.posted, alone.started, alone.ended, alone.failed, failed].map(({ callCount }) => callCount),
    ).to.deep.equal([1, 1, 1, 1, 1]);
  });
});
