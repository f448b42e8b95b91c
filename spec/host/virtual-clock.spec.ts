import { expect } from 'chai';
import { asyncScheduler } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { VirtualClock } from '../../src/host/virtual-clock.js';

describe('VirtualClock', () => {
  it('counts frames, as the time and as the time of day', () => {
    const seen: number[][] = [];
    new TestScheduler(() => undefined).run(() => {
      const clock = new VirtualClock();
      asyncScheduler.schedule(() => seen.push([clock.now(), clock.epoch()]), 7);
      seen.push([clock.now(), clock.epoch()]);
    });
    expect(seen).to.deep.equal([
      [0, 0],
      [7, 7],
    ]);
  });

  it('wakes up exactly where asyncScheduler would', () => {
    const log: string[] = [];
    new TestScheduler(() => undefined).run(() => {
      const clock = new VirtualClock();
      asyncScheduler.schedule(() => log.push('rxjs 1'), 3);
      clock.schedule((text) => log.push(text!), 3, 'ours');
      asyncScheduler.schedule(() => log.push('rxjs 2'), 3);
      clock.later(() => log.push('later'));
      log.push('posted');
    });
    expect(log).to.deep.equal(['posted', 'later', 'rxjs 1', 'ours', 'rxjs 2']);
  });

  it('ends once, and at once when an error leaves its run(), which it lets pass', () => {
    const log: string[] = [];
    let clock!: VirtualClock;
    const scheduler = new TestScheduler(() => undefined);
    const broken = (): void =>
      scheduler.run(() => {
        clock = new VirtualClock();
        clock.onEnd = () => log.push('end');
        clock.later(() => {
          throw new Error('broken');
        });
      });
    expect(broken).to.throw('broken');
    expect(log).to.deep.equal(['end']);
    clock.end();
    expect(log).to.deep.equal(['end']);
    new TestScheduler(() => undefined).run(() => {
      expect(clock.isInForce()).to.equal(false);
    });
  });

  it('is not in force outside of its run(), nor once frames have gone back', () => {
    const clock = new VirtualClock();
    expect(clock.isInForce()).to.equal(false);
    new TestScheduler(() => undefined).run(({ flush }) => {
      expect(clock.isInForce()).to.equal(true);
      asyncScheduler.schedule(() => clock.now(), 2);
      flush();
      expect(clock.isInForce()).to.equal(true);
    });
    new TestScheduler(() => undefined).run(() => {
      expect(clock.isInForce()).to.equal(false);
    });
  });
});
