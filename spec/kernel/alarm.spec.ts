import { expect } from 'chai';
import { NEVER } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import sinon from 'sinon';
import { ThreadPool } from '../../src/index.js';
import type { Alarm } from '../../src/kernel/alarm.js';
import { hub } from '../../src/kernel/events.js';
import { TaskEnvironment } from '../../src/testing/index.js';
import { schedulerInForce } from '../../src/virtual/in-force.js';
import { Turns } from './support/turns.js';

describe('An alarm', () => {
  let clock: sinon.SinonFakeTimers;
  const ring = (delay: number, run: () => void, keepAlive = true): Alarm =>
    schedulerInForce().alarm(delay, run, keepAlive);

  beforeEach(() => {
    clock = sinon.useFakeTimers();
  });
  afterEach(() => clock.restore());

  it('calls once, when its delay is over, and is closed then', () => {
    const run = sinon.spy();
    const alarm = ring(10, run);
    clock.tick(9);
    expect([run.callCount, alarm.closed]).to.deep.equal([0, false]);
    clock.tick(100);
    expect([run.callCount, alarm.closed]).to.deep.equal([1, true]);
    expect(clock.countTimers()).to.equal(0);
  });

  it('is taken back by unsubscribing, and leaves no timer', () => {
    const run = sinon.spy();
    const alarm = ring(10, run);
    alarm.unsubscribe();
    alarm.unsubscribe();
    expect(clock.countTimers()).to.equal(0);
    clock.tick(100);
    expect(run.callCount).to.equal(0);
  });

  it('may be taken back in its own call, or by another alarm of the same moment', () => {
    const run = sinon.spy();
    const own: Alarm = ring(1, () => own.unsubscribe());
    ring(2, () => other.unsubscribe());
    const other = ring(2, run);
    clock.tick(10);
    expect(run.callCount).to.equal(0);
  });

  it('waits for no worker, and for nobody who holds a sequence; others that throw do not hold it up', () => {
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
    pool.withPriority('user-blocking').schedule(() => log.push('action'), 5);
    ring(5, () => log.push('alarm'));
    clock.tick(5);
    expect(log).to.deep.equal(['alarm', 'action']);
  });

  it('is on the clock of its scheduler, whichever is in force when it is made', () => {
    const log: string[] = [];
    const fake = schedulerInForce();
    new TestScheduler(() => undefined).run(() => {
      fake.alarm(5, () => log.push('fake'), true);
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

  it('is told to no listener', () => {
    const told = sinon.spy();
    const stop = hub.listen({ posted: told, started: told, ended: told, failed: told, left: told });
    ring(1, () => undefined);
    ring(1, () => undefined).unsubscribe();
    clock.tick(1);
    stop();
    expect(told.callCount).to.equal(0);
  });

  it('keeps the process alive while it waits, unless it is told not to', () => {
    const { scheduler, host } = new Turns();
    scheduler.alarm(5, () => undefined, false);
    expect(host.keepsProcessAlive).to.equal(false);
    const loud = scheduler.alarm(10, () => undefined, true);
    expect(host.keepsProcessAlive).to.equal(true);
    loud.unsubscribe();
    expect(host.keepsProcessAlive).to.equal(false);
  });
});
