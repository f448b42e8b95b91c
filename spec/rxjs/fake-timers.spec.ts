import { expect } from 'chai';
import { debounceTime, interval, Subject, type Subscription, take } from 'rxjs';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import { type Runner, stats, ThreadPool } from '../../src/index.js';
import { errorOf, gate, microtasks, rejectionOf } from '../support/support.js';

describe('Fake timers that are installed after a runner was made', () => {
  const pool = new ThreadPool({ onTaskError: (error) => errors.push(error) });
  const runner: Runner = pool.createSequencedTaskRunner();
  const errors: unknown[] = [];
  let clock: SinonFakeTimers;
  let log: string[];

  beforeEach(() => {
    clock = useFakeTimers({ now: 1_000 });
    log = [];
    errors.length = 0;
  });
  afterEach(() => clock.restore());

  const note = (name: string) => (): void => void log.push(`${name} at ${Date.now() - 1_000}`);

  it('rule it: nothing runs unless they tick', async () => {
    runner.schedule(note('action'));
    const task = runner.postTask(note('task'));
    await microtasks();
    expect(log).to.deep.equal([]);
    clock.tick(0);
    expect(log).to.deep.equal(['action at 0', 'task at 0']);
    await task;
  });

  it('rule what is posted under them, whenever its runner was made', async () => {
    const younger = pool.createSequencedTaskRunner();
    clock.restore();
    const other = new ThreadPool().createSequencedTaskRunner();
    clock = useFakeTimers({ now: 1_000 });
    for (const [name, made] of Object.entries({ runner, younger, other })) made.schedule(note(name), 5);
    clock.tick(4);
    expect(log).to.deep.equal([]);
    clock.tick(1);
    expect(log).to.deep.equal(['runner at 5', 'younger at 5', 'other at 5']);
  });

  it('run a delayed task at its time, neither before nor after', () => {
    for (const delay of [30, 10, 20]) runner.schedule(note(`${delay}`), delay);
    clock.tick(9);
    expect(log).to.deep.equal([]);
    clock.tick(1);
    expect(log).to.deep.equal(['10 at 10']);
    clock.tick(100);
    expect(log).to.deep.equal(['10 at 10', '20 at 20', '30 at 30']);
  });

  it('run delayed tasks of equal deadlines in the order in which they were armed', () => {
    runner.schedule(note('a'), 10);
    clock.tick(5);
    runner.schedule(note('b'), 5);
    runner.schedule(note('c'), 5);
    clock.tick(5);
    expect(log).to.deep.equal(['a at 10', 'b at 10', 'c at 10']);
  });

  it('put due tasks behind what is queued already', async () => {
    const hold = gate();
    void runner.postTask(() => hold.promise);
    clock.tick(0);
    runner.schedule(note('delayed'), 10);
    runner.schedule(note('queued'));
    clock.tick(10);
    hold.open();
    await microtasks();
    // What has outlived its own wake-up gets another one, and inside of a tick that takes a millisecond.
    clock.tick(1);
    expect(log).to.deep.equal(['queued at 10', 'delayed at 11']);
  });

  it('have a timer armed for each of 1,000 delayed tasks, as with asyncScheduler', () => {
    const actions = Array.from({ length: 1000 }, (_, i) => runner.schedule(note('x'), 1000 - i));
    expect(clock.countTimers()).to.equal(1000);
    expect(stats(pool).delayed).to.equal(1000);
    for (const action of actions) action.unsubscribe();
    expect(clock.countTimers()).to.equal(0);
  });

  it('have nothing armed once all delayed tasks are cancelled', () => {
    const handles: Subscription[] = [];
    for (let i = 0; i < 100; i++) {
      handles.push(runner.schedule(note('x'), i + 1), pool.postDelayedTask(note('y'), i + 1));
    }
    for (const handle of handles) handle.unsubscribe();
    expect(clock.countTimers()).to.equal(0);
    runner.schedule(note('after'), 5);
    expect(clock.countTimers()).to.equal(1);
    clock.tick(5);
    expect(log).to.deep.equal(['after at 5']);
    expect(clock.countTimers()).to.equal(0);
  });

  it('are armed for the earliest task that is left when an earlier one is cancelled, or comes', () => {
    const first = runner.schedule(note('first'), 10);
    runner.schedule(note('second'), 20);
    first.unsubscribe();
    runner.schedule(note('third'), 15);
    clock.tick(14);
    expect(log).to.deep.equal([]);
    clock.tick(6);
    expect(log).to.deep.equal(['third at 15', 'second at 20']);
  });

  it('run in the same millisecond an action that arms itself again without a delay, as an interval of 0', () => {
    runner.schedule(function () {
      note('again')();
      if (log.length < 3) this.schedule();
    });
    clock.tick(0);
    expect(log).to.deep.equal(['again at 0', 'again at 0', 'again at 0']);
  });

  it('run a millisecond later what is posted without a delay inside of a tick, as any timer of theirs', () => {
    runner.schedule(() => {
      note('outer')();
      runner.schedule(note('inner'));
      void runner.postTask(note('task'));
    });
    clock.tick(0);
    expect(log).to.deep.equal(['outer at 0']);
    clock.tick(1);
    expect(log).to.deep.equal(['outer at 0', 'inner at 1', 'task at 1']);
  });

  it('can run everything there is', () => {
    interval(10, runner).pipe(take(3)).subscribe(note('tick'));
    runner.schedule(note('last'), 1_000);
    clock.runAll();
    expect(log).to.deep.equal(['tick at 10', 'tick at 20', 'tick at 30', 'last at 1000']);
  });

  it('are exact beyond 2^31-1 ms, which no timer takes', () => {
    const days = 2 ** 31 * 3;
    runner.schedule(note('late'), days);
    clock.tick(days - 1);
    expect(log).to.deep.equal([]);
    clock.tick(1);
    expect(log).to.deep.equal([`late at ${days}`]);
  });

  it('have nothing armed for a task that is never due', () => {
    const never = runner.schedule(note('never'), Infinity);
    expect(clock.countTimers()).to.equal(0);
    expect(stats(pool).delayed).to.equal(1);
    never.unsubscribe();
    expect(stats(pool).delayed).to.equal(0);
  });

  it('tell the time', () => {
    expect(runner.now()).to.equal(1_000);
    clock.tick(234);
    expect(runner.now()).to.equal(1_234);
  });

  it('may have their system time set: now is exactly what Date.now says, and no delay changes', () => {
    runner.schedule(note('delayed'), 10);
    for (const time of [100_000, 5_000]) {
      clock.setSystemTime(time);
      expect(runner.now()).to.equal(time);
      expect(Date.now()).to.equal(time);
    }
    clock.tick(9);
    expect(log).to.deep.equal([]);
    expect(runner.now()).to.equal(5_009);
    clock.tick(1);
    expect(log).to.have.lengthOf(1);
  });

  it('may jump: all that was due meanwhile runs in the moment that they jump to, in their order', () => {
    runner.schedule(note('due at 4'), 4);
    runner.schedule(note('due at 3'), 3);
    clock.jump(5);
    expect(log).to.deep.equal(['due at 4 at 5', 'due at 3 at 5']);
    expect(clock.countTimers()).to.equal(0);
  });

  it('drive debounced streams', () => {
    const source = new Subject<string>();
    source.pipe(debounceTime(100, runner)).subscribe((value) => note(value)());
    source.next('a');
    clock.tick(60);
    source.next('b');
    clock.tick(99);
    expect(log).to.deep.equal([]);
    clock.tick(1);
    expect(log).to.deep.equal(['b at 160']);
    source.complete();
    expect(clock.countTimers()).to.equal(0);
  });

  it('see an action’s error where they were told to tick, when there is no onTaskError', () => {
    const quiet = new ThreadPool();
    const error = new Error('expected');
    quiet.schedule(() => {
      throw error;
    });
    quiet.schedule(note('sibling'));
    expect(errorOf(() => clock.tick(0))).to.equal(error);
    expect(log).to.deep.equal(['sibling at 0']);
  });

  it('deliver an error nobody awaits to onTaskError at a macrotask of theirs', async () => {
    void pool.postTask(() => Promise.reject('expected'));
    clock.tick(0);
    await microtasks();
    expect(errors).to.deep.equal([]);
    clock.tick(1);
    expect(errors).to.deep.equal(['expected']);
    const awaited = pool.postTask(() => Promise.reject('awaited'));
    const reason = rejectionOf(awaited);
    clock.tick(0);
    await microtasks();
    clock.tick(1);
    expect(await reason).to.equal('awaited');
    expect(errors).to.deep.equal(['expected']);
  });

  it('may be let tick by a task: what falls due meanwhile runs after it', () => {
    runner.schedule(note('delayed'), 50);
    runner.schedule(note('more delayed'), 150);
    runner.schedule(() => {
      log.push('begins');
      clock.tick(100);
      log.push('ends');
    });
    clock.tick(0);
    expect(log.slice(0, 2)).to.deep.equal(['begins', 'ends']);
    clock.tick(1_000);
    expect(log).to.have.lengthOf(4);
    expect(log[2]).to.match(/^delayed at 10[01]$/);
    expect(log[3]).to.equal('more delayed at 150');
  });

  it('may be let tick by a task: what is queued behind it runs after it, at once', () => {
    runner.schedule(() => {
      clock.tick(100);
      log.push('ends');
    });
    runner.schedule(note('behind'));
    clock.tick(0);
    clock.tick(1);
    expect(log).to.deep.equal(['ends', 'behind at 100']);
  });
});
