import { expect } from 'chai';
import { MORE, NOTHING } from '../../src/host/host.js';
import { ImmediatePump } from '../../src/host/immediate-pump.js';
import { microtasks } from '../support/support.js';

describe('ImmediatePump on the real functions', () => {
  it('is sure of the next step, and lets all microtasks run between two', async () => {
    const log: string[] = [];
    let ended!: () => void;
    const end = new Promise<void>((resolve) => (ended = resolve));
    const real = new ImmediatePump(
      () => {
        log.push(`step ${real.isSure}`);
        void (async () => {
          await microtasks();
          log.push('microtasks');
        })();
        if (log.length < 6) return MORE;
        ended();
        return NOTHING;
      },
      () => true,
    );
    expect(real.isSure).to.equal(false);
    real.wake(true);
    expect(real.isSure).to.equal(true);
    await end;
    await microtasks();
    expect(log).to.deep.equal(Array.from({ length: 4 }, () => ['step true', 'microtasks']).flat());
    expect(real.isSure).to.equal(false);
  });
});
