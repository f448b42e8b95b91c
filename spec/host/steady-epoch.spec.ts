import { expect } from 'chai';
import fc from 'fast-check';
import { SteadyEpoch } from '../../src/host/steady-epoch.js';

const TODAY = 1_700_000_000_000;

describe('SteadyEpoch', () => {
  it('begins with the time of day', () => {
    const anyTime = fc.double({ min: 0, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(anyTime, fc.nat(2 ** 40), (monotonic, wall) => {
        expect(new SteadyEpoch().at(monotonic, wall)).to.be.within(wall - 1, wall);
      }),
    );
    expect(new SteadyEpoch().at(123.456, TODAY)).to.equal(TODAY);
  });

  it('gives integers that never go back, whatever the wall clock does', () => {
    const readings = fc.array(
      fc.tuple(fc.double({ min: 0, max: 5000, noNaN: true }), fc.integer({ min: -5000, max: 5000 })),
    );
    fc.assert(
      fc.property(readings, (steps) => {
        const epoch = new SteadyEpoch();
        let [monotonic, wall, last] = [0, TODAY, -Infinity];
        for (const [forward, jump] of steps) {
          monotonic += forward;
          wall += jump;
          const now = epoch.at(monotonic, wall);
          expect(now).to.satisfy(Number.isInteger);
          expect(now).to.be.at.least(last);
          expect(wall - now).to.be.at.most(1001);
          last = now;
        }
      }),
    );
  });

  it('follows the monotonic clock while the wall clock goes back or is adjusted a little', () => {
    const epoch = new SteadyEpoch();
    epoch.at(0, TODAY);
    expect(epoch.at(100, TODAY - 3_600_000)).to.equal(TODAY + 100);
    expect(epoch.at(200, TODAY + 200 + 1000)).to.equal(TODAY + 200);
  });

  it('steps forward when the wall clock is more than a second ahead, as after a sleep', () => {
    const epoch = new SteadyEpoch();
    epoch.at(0, TODAY);
    expect(epoch.at(100, TODAY + 60_000)).to.equal(TODAY + 60_000);
    expect(epoch.at(150, TODAY + 60_050)).to.equal(TODAY + 60_050);
  });

  it('rounds down, so that a deadline made of it is never early', () => {
    const epoch = new SteadyEpoch();
    epoch.at(0, TODAY);
    expect(epoch.at(0.99, TODAY)).to.equal(TODAY);
    expect(epoch.at(1, TODAY)).to.equal(TODAY + 1);
  });
});
