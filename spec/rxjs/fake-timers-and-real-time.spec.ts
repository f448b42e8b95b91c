import { expect } from 'chai';
import type { Subscription } from 'rxjs';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import { ThreadPool } from '../../src/index.js';
import { gate, macrotask } from '../support/support.js';

describe('Fake timers and real time', () => {
  const runner = new ThreadPool().createSequencedTaskRunner();
  let clock: SinonFakeTimers;
  let log: string[];

  beforeEach(() => {
    clock = useFakeTimers({ now: 1_000 });
    log = [];
  });
  afterEach(() => clock.restore());

  const note = (name: string) => (): void => void log.push(`${name} at ${Date.now() - 1_000}`);

  describe('when they are removed again', () => {
    it('leave what is posted from then on to real time', async () => {
      clock.restore();
      expect(await runner.postTask(() => 'real')).to.equal('real');
      expect(await runner.postDelayedTask(() => 'delayed', 2)).to.equal('delayed');
      expect(Math.abs(runner.now() - Date.now())).to.be.below(2_000);
    });

    it('keep what is pending in them: it runs when they are let tick, and does not run in real time', async () => {
      runner.schedule(note('fake'), 10);
      runner.schedule(note('fake'));
      clock.restore();
      await runner.postDelayedTask(() => log.push('real'), 15);
      expect(log).to.deep.equal(['real']);
      clock.tick(10);
      expect(log).to.have.lengthOf(3);
    });

    it('have what is cancelled afterwards cancelled in them, and no real timer touched', async () => {
      const fake = runner.schedule(note('fake'), 10);
      clock.restore();
      const real = runner.postDelayedTask(() => 'real', 2);
      fake.unsubscribe();
      expect(clock.countTimers()).to.equal(0);
      expect(await real).to.equal('real');
      clock.tick(100);
      expect(log).to.deep.equal([]);
    });

    it('give up an action that is armed again afterwards to real time', async () => {
      const done = gate<string>();
      const action = runner.schedule((state?: string) => done.open(state!), 10, 'fake') as Subscription & {
        schedule(state: string, delay: number): unknown;
      };
      clock.restore();
      action.schedule('real', 1);
      expect(clock.countTimers()).to.equal(0);
      expect(await done.promise).to.equal('real');
    });
  });

  describe('installed while real work is pending', () => {
    it('leave that where it is: it goes on in real time', async () => {
      clock.restore();
      const done = gate<string>();
      const real = runner.postDelayedTask(() => done.open('real'), 1);
      clock = useFakeTimers();
      runner.schedule(note('fake'));
      expect(await done.promise).to.equal('real');
      await real;
      expect(log).to.deep.equal([]);
      clock.tick(0);
      expect(log).to.have.lengthOf(1);
    });

    it('do not touch its timer when it is cancelled under them', async () => {
      clock.restore();
      const real = runner.schedule(note('real'), 1);
      const kept = runner.postDelayedTask(() => 'kept', 2);
      clock = useFakeTimers();
      real.unsubscribe();
      expect(await kept).to.equal('kept');
      expect(log).to.deep.equal([]);
    });
  });

  it('are a time of their own per installation: two share nothing', () => {
    runner.schedule(note('first'), 10);
    clock.restore();
    const first = clock;
    clock = useFakeTimers({ now: 1_000 });
    runner.schedule(note('second'), 10);
    clock.tick(100);
    expect(log).to.deep.equal(['second at 10']);
    expect(first.countTimers()).to.equal(1);
  });

  it('are told apart from a wrapped setTimeout: zone.js and monitoring tools wrap it, and that is real time', async () => {
    clock.restore();
    const { setTimeout: original } = globalThis;
    const wrapped = ((...args: Parameters<typeof original>) => original(...args)) as typeof original;
    globalThis.setTimeout = wrapped;
    try {
      const before = runner.now();
      expect(Math.abs(before - Date.now())).to.be.below(2_000);
      expect(await runner.postTask(() => 'real')).to.equal('real');
      expect(await runner.postDelayedTask(() => 'delayed', 2)).to.equal('delayed');
    } finally {
      globalThis.setTimeout = original;
    }
    await macrotask();
  });
});
