import { expect } from 'chai';
import { asyncScheduler, interval, type SchedulerLike, type Subscription, take, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import sinon from 'sinon';
import { fakeClockOf } from '../../src/host/fake-timers.js';
import { BEST_EFFORT, USER_BLOCKING } from '../../src/kernel/traits.js';
import { hold, ThreadPool } from '../../src/index.js';
import { FakeTimersClock } from '../../src/host/fake-clock.js';
import { SlotScheduler } from '../../src/virtual/slot-scheduler.js';
import { TinyOwner, type TinyOwnerOptions } from '../kernel/support/hand-scheduler.js';
import { TinyTask, type TinyTraits } from '../kernel/support/tiny-task.js';

describe('A slot', () => {
  let clock: sinon.SinonFakeTimers;
  let scheduler: SlotScheduler;
  let log: string[];

  beforeEach(() => {
    clock = sinon.useFakeTimers(0);
    scheduler = new SlotScheduler(new FakeTimersClock(clock, () => fakeClockOf(globalThis.setTimeout)));
    log = [];
  });

  afterEach(() => clock.restore());

  const runner = (options?: TinyOwnerOptions): TinyOwner => new TinyOwner(scheduler, '', options);

  function post({ sequence }: TinyOwner, name: string, delay = 0, traits: TinyTraits = {}): TinyTask {
    const work = (task: TinyTask): unknown => {
      log.push(`${name} at ${clock.now}`);
      return traits.work?.(task);
    };
    const task = new TinyTask(sequence, name, { ...traits, work });
    scheduler.arm(task, delay);
    return task;
  }

  const read = (): string => log.splice(0).join(', ');

  it('is a wake-up per task, among the timers of others', () => {
    const owner = runner();
    post(owner, 'a');
    setTimeout(() => log.push('timer'), 0);
    post(owner, 'b');
    expect(clock.countTimers()).to.equal(3);
    clock.tick(0);
    expect(read()).to.equal('a at 0, timer, b at 0');
    expect(clock.countTimers()).to.equal(0);
  });

  it('is for the most urgent task of its moment, whoever has asked for it', () => {
    post(runner({ lane: BEST_EFFORT }), 'late', 5);
    post(runner({ lane: USER_BLOCKING }), 'urgent', 5);
    clock.tick(10);
    expect(read()).to.equal('urgent at 5, late at 5');
  });

  it('of a task that was withdrawn is gone with it', () => {
    post(runner(), 'withdrawn', 5).unsubscribe();
    expect(clock.countTimers()).to.equal(0);
    clock.tick(10);
    expect(read()).to.equal('');
  });

  it('is made anew for a task that was to run in that of another one, which is cancelled before it comes', () => {
    const pool = new ThreadPool();
    const held = pool.createSequencedTaskRunner();
    const release = hold(held);
    held.schedule(() => log.push(`released at ${clock.now}`));
    clock.tick(5);
    const other = pool.createSequencedTaskRunner().schedule(() => log.push('never'));
    release.unsubscribe();
    other.unsubscribe();
    clock.tick(10);
    expect(read()).to.equal('released at 5');
    expect(clock.countTimers()).to.equal(0);
  });

  it('is made anew in the same way in a testScheduler.run()', () => {
    const pool = new ThreadPool();
    const held = pool.createSequencedTaskRunner();
    new TestScheduler(() => undefined).run(({ flush }) => {
      const release = hold(held);
      held.schedule(() => log.push(`released at ${held.now()}`));
      asyncScheduler.schedule(() => {
        const other = pool.createSequencedTaskRunner().schedule(() => log.push('never'));
        release.unsubscribe();
        other.unsubscribe();
      }, 5);
      flush();
    });
    expect(read()).to.equal('released at 5');
  });

  it('is made anew for a task that has outlived its own behind one that was pending', () => {
    const owner = runner();
    const pending = post(owner, 'pending', 0, { work: () => true });
    post(owner, 'behind');
    clock.tick(10);
    expect(read()).to.equal('pending at 0');
    expect(clock.countTimers()).to.equal(0);
    pending.end();
    clock.tick(10);
    expect(read()).to.equal('behind at 10');
  });

  it('of a task that keeps its delay goes on exactly as that of an action of asyncScheduler', () => {
    /** When the task has run, and the timers that were due with it. */
    const play = (arm: (work: () => boolean) => void): string[] => {
      const start = clock.now;
      const seen: string[] = [];
      const note = (name: string): number => seen.push(`${name} at ${clock.now - start}`);
      setTimeout(() => note('before'), 4);
      arm(() => note('interval') < 6);
      setTimeout(() => note('after'), 4);
      clock.tick(2);
      setTimeout(() => note('late'), 2);
      clock.tick(100);
      return seen;
    };
    const owner = runner();
    const ours = play((work) => post(owner, '', 2, { work: (task) => work() && (scheduler.arm(task, 2), false) }));
    const theirs = play((work) => {
      asyncScheduler.schedule(function () {
        if (work()) this.schedule(undefined, 2);
      }, 2);
    });
    expect(ours).to.deep.equal(theirs);
    expect(ours).to.include.members(['interval at 2', 'interval at 4', 'before at 4', 'after at 4', 'late at 4']);
  });

  it('is not entered again by a task that makes its clock tick inside of it', () => {
    const owner = runner();
    post(owner, 'outer', 0, {
      work: () => {
        clock.tick(5);
        log.push('end of outer');
      },
    });
    post(owner, 'inner', 2);
    clock.tick(10);
    expect(log[1]).to.equal('end of outer');
    expect(log.filter((line) => line.startsWith('inner'))).to.have.lengthOf(1);
  });

  it('comes for an alarm too, which goes before the tasks of its moment', () => {
    post(runner(), 'task', 5);
    scheduler.alarm(5, () => log.push('alarm'), true);
    scheduler.alarm(5, () => log.push('taken back'), true).unsubscribe();
    clock.tick(10);
    expect(read()).to.equal('alarm, task at 5');
  });

  it('throws the error of its task to whoever makes the clock tick, and the next ones come', () => {
    const owner = runner();
    const fails = (message: string): TinyTraits => ({
      work: (task) => scheduler.fail(task, new Error(message)),
    });
    post(owner, 'a', 1, fails('first'));
    post(owner, 'b', 1, fails('second'));
    post(owner, 'c', 1);
    expect(() => clock.tick(1)).to.throw('first');
    expect(read()).to.equal('a at 1, b at 1, c at 1');
    post(owner, 'd');
    clock.tick(1);
    expect(read()).to.equal('d at 1');
  });

  describe('after somebody cleared all timers of the clock, as one does between two tests,', () => {
    it('comes for what is posted then, after what was lost', () => {
      const owner = runner();
      post(owner, 'lost');
      clock.reset();
      post(owner, 'next');
      clock.tick(1000);
      expect(read()).to.equal('lost at 0, next at 1');
    });

    it('comes for what is delayed then, after what was to come earlier and was lost', () => {
      const owner = runner();
      post(owner, 'lost', 10);
      clock.reset();
      post(owner, 'next', 20);
      clock.tick(1000);
      expect(read()).to.equal('lost at 20, next at 21');
    });
  });

  it('fails in a testScheduler.run() where one of asyncScheduler does, as an interval cancels what is due with it', () => {
    const runner = new ThreadPool().createSequencedTaskRunner();
    for (const ticking of [asyncScheduler, runner]) {
      const program = (): void =>
        new TestScheduler(() => undefined).run(({ flush }) => {
          let timed: Subscription | null = null;
          interval(5, ticking).subscribe((tick) => tick === 1 && timed?.unsubscribe());
          timed = timer(10, ticking).subscribe();
          flush();
        });
      expect(program).to.throw('Expected a due immediate or interval');
    }
  });

  it('comes in a testScheduler.run() exactly when an action of asyncScheduler does, tie for tie', () => {
    /** What happens when these delays are scheduled on both, now and from within. */
    const play = (first: SchedulerLike, second: SchedulerLike): string[] => {
      const seen: string[] = [];
      new TestScheduler(() => undefined).run(({ flush }) => {
        [3, 0, 3, 1, 0].forEach((delay, index) => {
          const scheduler = index % 2 === 0 ? first : second;
          scheduler.schedule(function () {
            seen.push(`${index} at ${asyncScheduler.now()}`);
            if (seen.length < 20) this.schedule(undefined, (delay + seen.length) % 3);
          }, delay);
        });
        flush();
      });
      return seen;
    };
    const pool = new ThreadPool().createSequencedTaskRunner();
    const expected = play(asyncScheduler, asyncScheduler);
    expect(play(pool, asyncScheduler)).to.deep.equal(expected);
    expect(play(pool, pool)).to.deep.equal(expected);
    expect(expected.length).to.be.above(20);
  });

  it('comes a million times in one moment of a testScheduler.run() and no more: a stream that repeats without a delay fails', () => {
    const runner = new ThreadPool().createSequencedTaskRunner();
    let last = -1;
    const test = (): void =>
      new TestScheduler(() => undefined).run(() => {
        interval(0, runner).subscribe((n) => (last = n));
      });
    expect(test).to.throw('1000000 tasks have run at 0 ms: a stream repeats without a delay');
    expect(last).to.equal(999_999);
    // The next run counts anew.
    new TestScheduler(() => undefined).run(() => {
      interval(0, runner)
        .pipe(take(3))
        .subscribe((n) => (last = n));
    });
    expect(last).to.equal(2);
  }).timeout(120_000);
});
