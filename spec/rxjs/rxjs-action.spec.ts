import { expect } from 'chai';
import { asyncScheduler, type SchedulerAction, type SchedulerLike, Subscription } from 'rxjs';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import { stats, ThreadPool } from '../../src/index.js';

/** What `schedule` returns is, for those who look closer, an action: it can be armed again. */
type Action<T> = Subscription & Pick<SchedulerAction<T>, 'schedule'>;

const pool = new ThreadPool();
const runner = pool.createSequencedTaskRunner();
const schedulers: readonly (readonly [string, SchedulerLike])[] = [
  ['a runner', runner],
  ['a view of a runner', runner.withPriority('user-blocking')],
  ['a pool', pool],
  ['a view of a pool', pool.withPriority('best-effort')],
];

for (const [kind, scheduler] of schedulers) {
  describe(`What schedule of ${kind} returns`, () => {
    let clock: SinonFakeTimers;
    let log: string[];

    beforeEach(() => {
      clock = useFakeTimers();
      log = [];
    });
    afterEach(() => clock.restore());

    function schedule<T>(
      work: (this: SchedulerAction<T>, state?: T) => unknown,
      delay?: number,
      state?: NoInfer<T>,
    ): Action<T> {
      return scheduler.schedule(work, delay, state) as Action<T>;
    }

    const note = (state?: string): void => {
      log.push(`${state} at ${Date.now()}`);
    };

    it('is this inside the work, which is called with one argument, its state', () => {
      const seen: unknown[] = [];
      const action = schedule(
        function (this: unknown, ...args: unknown[]) {
          seen.push(this, ...args);
        },
        0,
        'state',
      );
      clock.tick(1);
      expect(seen).to.have.lengthOf(2);
      expect(seen[0]).to.equal(action);
      expect(seen[1]).to.equal('state');
    });

    it('is an instance of the Subscription class of rxjs, whose schedule returns it', () => {
      const action = schedule(note, 5, 'state');
      expect(action).to.be.an.instanceof(Subscription);
      expect(action.schedule('again', 5)).to.equal(action);
      action.unsubscribe();
      expect(action.schedule('closed', 5)).to.equal(action);
    });

    it('takes a call without delay and state, and null for no delay', () => {
      schedule(note);
      const armed = schedule(note, null as never, 'b');
      const again = schedule(function (this: SchedulerAction<string>, state?: string) {
        note(state);
        if (state === 'c') (this as { schedule(): void }).schedule();
      }, 0);
      again.schedule('c', null as never);
      clock.tick(1);
      // Armed again with the delay that it has, it goes on as an interval of 0.
      expect(log).to.deep.equal(['undefined at 0', 'b at 0', 'c at 0', 'undefined at 0']);
      armed.unsubscribe();
    });

    it('is not closed after a run, and can be armed again from outside, later', () => {
      const action = schedule(note, 0, 'a');
      clock.tick(1);
      expect(action.closed).to.be.false;
      action.schedule('b', 10);
      clock.tick(9);
      expect(log).to.deep.equal(['a at 0']);
      clock.tick(1);
      expect(log).to.deep.equal(['a at 0', 'b at 11']);
      action.schedule('c');
      clock.tick(1);
      expect(log).to.deep.equal(['a at 0', 'b at 11', 'c at 11']);
    });

    it('is armed again from inside its run, with the same delay and with another', () => {
      schedule<number>(
        function (this: SchedulerAction<number>, n = 0) {
          note(`${n}`);
          if (n < 4) this.schedule(n + 1, n < 2 ? 10 : 3);
        },
        10,
        0,
      );
      clock.tick(100);
      expect(log).to.deep.equal(['0 at 10', '1 at 20', '2 at 30', '3 at 33', '4 at 36']);
    });

    it('replaces its arming and its state when it is armed again while pending: there are never two runs', () => {
      const queued = schedule(note, 0, 'queued');
      queued.schedule('delayed instead', 5);
      const delayed = schedule(note, 7, 'delayed');
      delayed.schedule('queued instead');
      const moved = schedule(note, 9, 'early');
      moved.schedule('late', 20);
      moved.schedule('final', 2);
      clock.tick(100);
      expect(log).to.deep.equal(['queued instead at 0', 'final at 2', 'delayed instead at 5']);
    });

    it('keeps only the last arming of several from inside one run', () => {
      let runs = 0;
      schedule<string>(
        function (state) {
          note(state);
          if (runs++ > 0) return;
          this.schedule('b', 1);
          this.schedule('c', 5);
          this.schedule('d', 3);
        },
        0,
        'a',
      );
      clock.tick(100);
      expect(log).to.deep.equal(['a at 0', 'd at 3']);
    });

    it('never runs when it was unsubscribed before, and is closed for good', () => {
      const actions = [schedule(note, 0, 'queued'), schedule(note, 5, 'delayed'), schedule(note, Infinity, 'never')];
      for (const action of actions) {
        action.unsubscribe();
        action.unsubscribe();
        action.schedule('again');
        expect(action.closed).to.be.true;
      }
      clock.tick(100);
      expect(log).to.deep.equal([]);
      expect(stats(pool)).to.include({ queued: 0, delayed: 0 });
    });

    it('ends its run when it is unsubscribed from inside, and is not armed again', () => {
      schedule<string>(
        function (state) {
          this.schedule('before', 0);
          this.unsubscribe();
          this.schedule('after', 5);
          note(state);
        },
        0,
        'a',
      );
      clock.tick(100);
      expect(log).to.deep.equal(['a at 0']);
      expect(stats(pool)).to.include({ queued: 0, delayed: 0 });
    });

    it('does not run when an earlier action of the same turn unsubscribed it', () => {
      const actions: Action<string>[] = [];
      schedule(() => actions.forEach((action) => action.unsubscribe()));
      for (const state of ['a', 'b']) actions.push(schedule(note, 0, state));
      clock.tick(100);
      expect(log).to.deep.equal([]);
    });

    it('tears its children down when it is unsubscribed, not at the end of a run', () => {
      const action = schedule(note, 0, 'run');
      action.add(() => log.push('torn down'));
      clock.tick(10);
      expect(log).to.deep.equal(['run at 0']);
      action.unsubscribe();
      expect(log).to.deep.equal(['run at 0', 'torn down']);
    });

    it('is unsubscribed when its work throws', () => {
      const error = new Error('expected');
      const action = schedule(() => {
        throw error;
      });
      action.add(() => log.push('torn down'));
      expect(() => clock.tick(1)).to.throw(error);
      expect(action.closed).to.be.true;
      expect(log).to.deep.equal(['torn down']);
    });

    it('has the turn of an interval of asyncScheduler among equal deadlines while it repeats with the same delay', () => {
      const at12 = ({ schedule: arm }: Pick<SchedulerLike, 'schedule'>): readonly string[] => {
        log.length = 0;
        const start = clock.now;
        const repeat = (name: string, delay: number): void => {
          arm<number>(
            function (this: SchedulerAction<number>, n = 1) {
              log.push(`${name} at ${clock.now - start}`);
              if (n * delay < 12) this.schedule(n + 1, delay);
            },
            delay,
            1,
          );
        };
        repeat('a', 2);
        repeat('b', 4);
        arm(() => log.push(`once at ${clock.now - start}`), 12);
        repeat('c', 6);
        clock.tick(100);
        return log.filter((line) => line.endsWith('at 12'));
      };
      const expected = at12({ schedule: asyncScheduler.schedule.bind(asyncScheduler) });
      expect(expected).to.have.lengthOf(4);
      expect(at12({ schedule: scheduler.schedule.bind(scheduler) })).to.deep.equal(expected);
    });

    it('never fires when the delay is Infinity, and fires at once for NaN and negative ones', () => {
      for (const delay of [Infinity, NaN, -5, -Infinity]) schedule(note, delay, `${delay}`);
      clock.tick(2 ** 31);
      expect(log).to.deep.equal(['NaN at 0', '-5 at 0', '-Infinity at 0']);
      const beyond = schedule(note, 2 ** 31 + 5, 'long');
      clock.tick(2 ** 31 + 4);
      expect(log).to.have.lengthOf(3);
      clock.tick(1);
      expect(log).to.have.lengthOf(4);
      beyond.unsubscribe();
    });

    it('tells the time with a now that works unbound, in epoch milliseconds of the clock in force', () => {
      const { now } = scheduler;
      expect(now()).to.equal(0);
      clock.tick(1234);
      expect(now()).to.equal(1234);
      clock.restore();
      expect(Number.isInteger(now())).to.be.true;
      expect(Math.abs(now() - Date.now())).to.be.below(2_000);
    });

    it('sees the time go on while it runs: now is live', () => {
      const seen: number[] = [];
      schedule(() => {
        seen.push(scheduler.now());
        clock.setSystemTime(5_000);
        seen.push(scheduler.now());
      }, 10);
      clock.tick(10);
      expect(seen).to.deep.equal([10, 5_000]);
    });
  });
}
