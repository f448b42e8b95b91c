import { expect } from 'chai';
import { MORE, NOTHING, REST, type Verdict } from '../../src/host/host.js';
import { ImmediatePump } from '../../src/host/immediate-pump.js';
import { type Available, HostCalls } from './support/host-calls.js';

describe('ImmediatePump', () => {
  let calls: HostCalls;
  let pump: ImmediatePump;
  /** What the next steps say; when there is no more, `NOTHING`. */
  let verdicts: (Verdict | (() => Verdict))[];
  /** Whether each of the steps so far was the first of a turn. */
  let steps: boolean[];
  let keepsAlive: boolean;

  function pumpOn(available: Available = {}): void {
    calls = new HostCalls(available);
    verdicts = [];
    steps = [];
    keepsAlive = true;
    pump = new ImmediatePump(
      (isFirst) => {
        steps.push(isFirst);
        const verdict = verdicts.shift() ?? NOTHING;
        return typeof verdict === 'function' ? verdict() : verdict;
      },
      () => keepsAlive,
    );
  }

  beforeEach(() => pumpOn());
  afterEach(() => calls.restore());

  /** How many steps have come since this was last asked. */
  const stepped = (): number => steps.splice(0).length;

  it('asks for two immediates, one for what was posted and one to find out that there is no more', () => {
    verdicts = [MORE];
    pump.wake(true);
    expect(calls.read()).to.deep.equal(['setImmediate#1', 'setImmediate#2']);
    calls.fire('setImmediate#1');
    calls.fire('setImmediate#2');
    expect(steps).to.deep.equal([true, false]);
    expect([calls.read(), calls.outstanding]).to.deep.equal([[], []]);
  });

  it('asks once, however often it is woken', () => {
    for (let i = 0; i < 5; i++) pump.wake(true);
    expect(calls.counts()).to.equal('2 setImmediate');
  });

  it('doubles the batch of each iteration, up to 512', () => {
    verdicts = Array<Verdict>(3_000).fill(MORE);
    pump.wake(true);
    const sizes: number[] = [];
    for (let i = 0; i < 11; i++) {
      sizes.push(calls.outstanding.length);
      calls.iterate();
      expect(stepped()).to.equal(sizes.at(-1));
    }
    expect(sizes).to.deep.equal([2, 4, 8, 16, 32, 64, 128, 256, 512, 512, 512]);
    expect(calls.counts()).to.equal(`${[...sizes, 512].reduce((sum, size) => sum + size)} setImmediate`);
  });

  it('arms the next batch, of twice as many as were used, in the last step of an iteration', () => {
    verdicts = [MORE, MORE, MORE];
    pump.wake(true);
    calls.read();
    calls.fire('setImmediate#1');
    expect(calls.read()).to.be.empty;
    calls.fire('setImmediate#2');
    expect(calls.counts()).to.equal('4 setImmediate');
    expect(steps).to.deep.equal([true, false]);
    calls.fire('setImmediate#3');
    expect(steps).to.deep.equal([true, false, true]);
  });

  it('ends a turn with REST: those that are left do nothing, and the next batch comes', () => {
    verdicts = [...Array<Verdict>(6).fill(MORE), REST, MORE];
    pump.wake(true);
    calls.iterate();
    calls.iterate();
    expect(stepped()).to.equal(6);
    expect(calls.outstanding).to.have.lengthOf(8);
    calls.iterate();
    expect(stepped()).to.equal(1);
    // One was used of the eight, so two come.
    expect(calls.outstanding).to.have.lengthOf(2);
    calls.iterate();
    expect(steps).to.deep.equal([true, false]);
    expect(calls.outstanding).to.be.empty;
  });

  it('goes to sleep after NOTHING, and lets those that are left do nothing', () => {
    pump.wake(true);
    calls.iterate();
    expect(stepped()).to.equal(1);
    expect([calls.outstanding, pump.isSure]).to.deep.equal([[], false]);
    pump.wake(true);
    calls.iterate();
    expect(stepped()).to.equal(1);
  });

  it('uses those that are left of a turn with nothing more to do, when a microtask wakes it', () => {
    verdicts = [MORE, MORE, NOTHING, MORE, NOTHING];
    pump.wake(true);
    calls.iterate();
    calls.read();
    const [third, fourth, fifth, sixth] = calls.outstanding;
    calls.fire(third!);
    pump.wake(true);
    expect(calls.read()).to.be.empty;
    calls.fire(fourth!);
    calls.fire(fifth!);
    expect(steps).to.deep.equal([true, false, true, true, false]);
    calls.fire(sixth!);
    expect(stepped()).to.equal(5);
    expect(calls.outstanding).to.be.empty;
  });

  it('goes on after a step that throws, whose error reaches the host', () => {
    verdicts = [
      () => {
        throw new Error('step');
      },
      MORE,
    ];
    pump.wake(true);
    expect(() => calls.fire('setImmediate#1')).to.throw('step');
    calls.iterate();
    expect(steps).to.deep.equal([true, true, false]);
  });

  describe('where what is ready does not keep the process alive', () => {
    beforeEach(() => (keepsAlive = false));

    it('asks for a timer that does not either, since an immediate would wait for the next event', () => {
      pump.wake(false);
      expect(calls.read()).to.deep.equal(['setTimeout#1 0', 'unref setTimeout#1']);
      expect(pump.isSure).to.equal(false);
      calls.fire('setTimeout#1');
      expect(stepped()).to.equal(1);
      expect(calls.outstanding).to.be.empty;
    });

    it('asks for immediates as well, once something does', () => {
      pump.wake(false);
      pump.wake(false);
      calls.read();
      pump.wake(true);
      expect(calls.counts()).to.equal('2 setImmediate');
      calls.iterate();
      expect(stepped()).to.equal(1);
      calls.fire('setTimeout#1');
      expect(stepped()).to.equal(0);
    });

    it('goes on by timers that do not either', () => {
      verdicts = [REST, MORE];
      pump.wake(false);
      calls.read();
      calls.fire('setTimeout#1');
      expect(calls.read()).to.deep.equal(['setTimeout#2 0', 'unref setTimeout#2']);
      calls.fire('setTimeout#2');
      calls.fire('setTimeout#3');
      expect(steps).to.deep.equal([true, true, true]);
      expect(calls.outstanding).to.be.empty;
    });
  });

  describe('whose functions are stubbed', () => {
    it('asks again, once the function it has asked is another one', () => {
      pump.wake(true);
      calls.lose();
      calls.read();
      const first = globalThis.setImmediate;
      calls.put('setImmediate', (run: () => void) => first(run));
      calls.put('setTimeout', () => undefined);
      pump.wake(true);
      expect(calls.counts()).to.equal('2 setImmediate');
      calls.iterate();
      expect(stepped()).to.equal(1);
    });

    it('asks a timer, where setImmediate calls back at once, and runs no step inside of the post', () => {
      calls.put('setImmediate', (run: () => void) => run());
      pump.wake(true);
      expect(steps).to.be.empty;
      expect(calls.read()).to.deep.equal(['setTimeout#1 0', 'ref setTimeout#1']);
      calls.fire('setTimeout#1');
      expect(stepped()).to.equal(1);
    });

    it('asks a timer, where setImmediate throws', () => {
      calls.put('setImmediate', () => {
        throw new Error('setImmediate');
      });
      pump.wake(true);
      expect(calls.read()).to.deep.equal(['setTimeout#1 0', 'ref setTimeout#1']);
      calls.fire('setTimeout#1');
      expect(stepped()).to.equal(1);
    });

    it('is content with those that were armed before setImmediate threw', () => {
      const first = globalThis.setImmediate;
      let left = 1;
      calls.put('setImmediate', (run: () => void) => {
        if (left-- <= 0) throw new Error('setImmediate');
        return first(run);
      });
      verdicts = [MORE];
      pump.wake(true);
      expect(calls.read()).to.deep.equal(['setImmediate#1']);
      left = Infinity;
      calls.iterate();
      expect(calls.counts()).to.equal('2 setImmediate');
      calls.iterate();
      expect(steps).to.deep.equal([true, true]);
    });

    it('changes nothing where setTimeout throws too, and asks again at the next wake-up', () => {
      const { setImmediate, setTimeout } = globalThis;
      const thrower = (): never => {
        throw new Error('thrown once');
      };
      calls.put('setImmediate', thrower);
      calls.put('setTimeout', thrower);
      expect(() => pump.wake(true)).to.throw('thrown once');
      expect([pump.isSure, calls.outstanding]).to.deep.equal([false, []]);
      calls.put('setImmediate', setImmediate);
      calls.put('setTimeout', setTimeout);
      pump.wake(true);
      expect(calls.counts()).to.equal('2 setImmediate');
      calls.iterate();
      expect(stepped()).to.equal(1);
    });

    it('asks at the next wake-up, where arming the next batch has thrown', () => {
      const { setImmediate, setTimeout } = globalThis;
      verdicts = [
        () => {
          const thrower = (): never => {
            throw new Error('thrown once');
          };
          calls.put('setImmediate', thrower);
          calls.put('setTimeout', thrower);
          return REST;
        },
        MORE,
      ];
      pump.wake(true);
      expect(() => calls.fire('setImmediate#1')).to.throw('thrown once');
      calls.put('setImmediate', setImmediate);
      calls.put('setTimeout', setTimeout);
      pump.wake(true);
      calls.iterate();
      calls.iterate();
      expect(steps.filter((isFirst) => isFirst)).to.have.lengthOf(2);
      expect(verdicts).to.be.empty;
    });

    it('goes on with a timer where setImmediate was taken away meanwhile', () => {
      verdicts = [REST];
      pump.wake(true);
      calls.put('setImmediate', undefined);
      calls.fire('setImmediate#1');
      expect(calls.read().slice(2)).to.deep.equal(['setTimeout#3 0', 'ref setTimeout#3']);
      calls.fire('setTimeout#3');
      expect(stepped()).to.equal(2);
    });
  });
});
