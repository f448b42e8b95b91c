import { expect } from 'chai';
import { asyncScheduler } from 'rxjs';
import { type RunHelpers, TestScheduler } from 'rxjs/testing';
import { RunClock } from '../../src/virtual/run-clock.js';

function run<T>(callback: (helpers: RunHelpers) => T): T {
  return new TestScheduler(() => undefined).run(callback);
}

describe('RunClock', () => {
  it('counts frames, as the time and as the time of day', () => {
    const seen: number[][] = [];
    run(() => {
      const clock = new RunClock();
      asyncScheduler.schedule(() => seen.push([clock.now(), clock.epoch()]), 7);
      seen.push([clock.now(), clock.epoch()]);
    });
    expect(seen).to.deep.equal([
      [0, 0],
      [7, 7],
    ]);
  });

  it('has no time once its run() is over', () => {
    const clock = run(() => new RunClock());
    expect([clock.now(), clock.epoch()]).to.deep.equal([NaN, NaN]);
  });

  it('wakes up exactly where asyncScheduler would', () => {
    const log: string[] = [];
    run(() => {
      const clock = new RunClock();
      asyncScheduler.schedule(() => log.push('rxjs 1'), 3);
      clock.arm(() => log.push('ours'), 3);
      asyncScheduler.schedule(() => log.push('rxjs 2'), 3);
      clock.later(() => log.push('later'));
      log.push('posted');
    });
    expect(log).to.deep.equal(['posted', 'later', 'rxjs 1', 'ours', 'rxjs 2']);
  });

  it('wakes up again as the interval of asyncScheduler goes on, until it is told to stop', () => {
    const log: string[] = [];
    run(() => {
      const clock = new RunClock();
      const ours = clock.arm(() => {
        log.push(`ours at ${clock.now()}`);
        if (clock.now() < 6) ours.again();
      }, 3);
      asyncScheduler.schedule(function () {
        log.push(`rxjs at ${clock.now()}`);
        if (clock.now() < 6) this.schedule(undefined, 3);
      }, 3);
      clock.arm(() => log.push('stopped'), 4).stop();
    });
    expect(log).to.deep.equal(['ours at 3', 'rxjs at 3', 'ours at 6', 'rxjs at 6']);
  });

  it('stops nothing of another run(), where its handle may be somebody else’s', () => {
    const log: string[] = [];
    const old = run(() => {
      const clock = new RunClock();
      return { clock, wakeUp: clock.arm(() => log.push('old'), 1_000) };
    });
    old.clock.end();
    run(() => {
      const clock = new RunClock();
      clock.arm(() => log.push('new'), 5);
      old.wakeUp.stop();
    });
    expect(log).to.include('new');
  });

  it('ends once, and at once when an error leaves its run(), which it lets pass', () => {
    const log: string[] = [];
    let clock!: RunClock;
    const broken = (): void =>
      run(() => {
        clock = new RunClock();
        clock.onEnd = () => log.push('end');
        clock.later(() => {
          throw new Error('broken');
        });
      });
    expect(broken).to.throw('broken');
    expect(log).to.deep.equal(['end']);
    clock.end();
    expect(log).to.deep.equal(['end']);
    run(() => {
      expect(clock.isInForce()).to.equal(false);
    });
  });

  it('is not in force outside of its run(), nor once frames have gone back', () => {
    const clock = new RunClock();
    expect([clock.isInForce(), clock.canWake]).to.deep.equal([false, false]);
    run(({ flush }) => {
      expect([clock.isInForce(), clock.canWake]).to.deep.equal([true, true]);
      asyncScheduler.schedule(() => clock.now(), 2);
      flush();
      expect(clock.isInForce()).to.equal(true);
    });
    run(() => {
      expect(clock.isInForce()).to.equal(false);
    });
  });
});
