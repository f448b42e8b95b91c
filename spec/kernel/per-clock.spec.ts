import { expect } from 'chai';
import { PerClock } from '../../src/kernel/per-clock.js';
import { collectGarbage, macrotask } from '../support/support.js';
import { HandScheduler } from './support/hand-scheduler.js';

describe('PerClock', () => {
  it('makes one value per scheduler, when it is first asked for', () => {
    const made: unknown[] = [];
    const values = new PerClock((scheduler) => {
      made.push(scheduler);
      return { scheduler };
    });
    const [a, b] = [new HandScheduler(), new HandScheduler()];
    expect(made).to.be.empty;
    const first = values.on(a);
    expect(first.scheduler).to.equal(a);
    expect(values.on(b).scheduler).to.equal(b);
    expect(values.on(a)).to.equal(first);
    expect(made).to.deep.equal([a, b]);
  });

  it('gives all of them', () => {
    const values = new PerClock((scheduler) => ({ scheduler }));
    expect(values.values()).to.be.empty;
    const schedulers = [new HandScheduler(), new HandScheduler()];
    const made = schedulers.map((scheduler) => values.on(scheduler));
    expect(values.values()).to.deep.equal(made);
  });

  it('lets a value go with its scheduler, but for the one used last', async () => {
    const values = new PerClock((scheduler) => ({ scheduler }));
    const last = new HandScheduler();
    for (let i = 0; i < 20; i++) values.on(new HandScheduler());
    const kept = values.on(last);
    // References are held until the end of the macrotask that looked at them, so each look is in one of its own.
    for (let i = 0; i < 20 && values.values().length > 1; i++) {
      await macrotask();
      collectGarbage();
    }
    expect(values.values()).to.deep.equal([kept]);
  });
});
