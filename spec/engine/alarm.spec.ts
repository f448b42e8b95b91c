import { expect } from 'chai';
import { NEVER } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import sinon from 'sinon';
import { ThreadPool } from '../../src/index.js';
import type { Action } from '../../src/engine/action.js';
import { setAlarm } from '../../src/engine/alarm.js';
import { observe } from '../../src/engine/observers.js';
import { schedulerInForce } from '../../src/engine/schedulers.js';
import { TaskEnvironment } from '../../src/testing/index.js';

describe('setAlarm', () => {
  let clock: sinon.SinonFakeTimers;
  const ring = (delay: number, run: () => void, keepAlive?: boolean): Action<undefined> =>
    setAlarm(schedulerInForce(), delay, run, keepAlive);

  beforeEach(() => {
    clock = sinon.useFakeTimers();
  });
  afterEach(() => clock.restore());

  it('calls once, when its delay is over', () => {
    const run = sinon.spy();
    ring(10, run);
    clock.tick(9);
    expect(run.callCount).to.equal(0);
    clock.tick(100);
    expect(run.callCount).to.equal(1);
    expect(clock.countTimers()).to.equal(0);
  });

  it('is taken back by unsubscribing, and leaves no timer', () => {
    const run = sinon.spy();
    ring(10, run).unsubscribe();
    expect(clock.countTimers()).to.equal(0);
    clock.tick(100);
    expect(run.callCount).to.equal(0);
  });

  it('waits for no worker, and for nobody who holds a sequence; other alarms do not hold it up', () => {
    const run = sinon.spy();
    const pool = new ThreadPool({ workers: 1 });
    pool.postTask(() => NEVER);
    ring(1, () => {
      throw new Error('no');
    });
    ring(1, run);
    expect(() => clock.tick(10)).to.throw('no');
    expect(run.callCount).to.equal(1);
  });

  it('goes before all that is ready with it', () => {
    const log: string[] = [];
    const pool = new ThreadPool();
    pool.withPriority('user-visible').schedule(() => log.push('action'), 5);
    ring(5, () => log.push('alarm'));
    clock.tick(5);
    expect(log).to.deep.equal(['alarm', 'action']);
  });

  it('is in force on the clock of its scheduler, whichever is in force when it is made', () => {
    const log: string[] = [];
    const fake = schedulerInForce();
    new TestScheduler(() => undefined).run(() => {
      setAlarm(fake, 5, () => log.push('fake'));
      ring(7, () => log.push('frame'));
    });
    expect(log).to.deep.equal(['frame']);
    clock.tick(5);
    expect(log).to.deep.equal(['frame', 'fake']);
  });

  it('rings in an environment when time gets there', () => {
    const environment = new TaskEnvironment();
    const run = sinon.spy();
    ring(20, run);
    environment.advanceBy(19);
    expect(run.callCount).to.equal(0);
    environment.advanceBy(1);
    expect(run.callCount).to.equal(1);
    environment.dispose();
  });

  it('is told to no observer', () => {
    const told = sinon.spy();
    const stop = observe(schedulerInForce(), { posted: told, started: told, ended: told, failed: told });
    ring(1, () => undefined);
    clock.tick(1);
    stop();
    expect(told.callCount).to.equal(0);
  });

  it('keeps the process alive unless it is told not to', () => {
    expect([ring(1, () => undefined), ring(1, () => undefined, false)].map((alarm) => alarm.keepAlive)).to.deep.equal([
      true,
      false,
    ]);
  });
});
