import { expect } from 'chai';
import { interval, lastValueFrom, map, observeOn, of, range, take, toArray } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import {
  bounded,
  flush,
  keyed,
  type KeyedTaskRunner,
  type KeyRunner,
  SequenceChecker,
  SequenceViolationError,
  stats,
  ThreadPool,
  whenIdle,
} from '../../../src/index.js';
import { SlowTasks } from '../../support/slow-tasks.js';
import { errorOf, gate, macrotask, rejectionOf, turns } from '../../support/support.js';

describe('Keyed sequences', () => {
  let pool: ThreadPool;
  let byKey: KeyedTaskRunner<string>;
  let slow: SlowTasks;

  beforeEach(() => {
    pool = new ThreadPool();
    byKey = keyed(pool, { name: 'accounts' });
    slow = new SlowTasks(pool);
  });

  /** Tasks whose names begin with their key. */
  const post = (...names: string[]): void => {
    for (const name of names) void slow.post(name, 'user-visible', byKey.runner(name[0]!));
  };

  it('start the tasks of one key in posting order, and those never overlap', async () => {
    post('a1', 'a2', 'a3');
    await turns();
    expect(slow.begun).to.deep.equal(['a1']);
    await slow.end('a3', 'a1');
    expect(slow.begun).to.deep.equal(['a1', 'a2']);
    await slow.end('a2');
    expect(slow.begun).to.deep.equal(['a1', 'a2', 'a3']);
  });

  it('run side by side across keys, each holding a worker of the pool', async () => {
    post('a1', 'b1', 'c1', 'a2', 'd1', 'e1');
    await turns();
    expect(slow.begun).to.deep.equal(['a1', 'b1', 'c1', 'd1']);
    expect(stats(pool)).to.include({ busy: 4, queued: 2 });
    await slow.end('c1');
    expect(slow.begun).to.deep.equal(['a1', 'b1', 'c1', 'd1', 'e1']);
    await slow.end('a1', 'b1', 'd1', 'e1', 'a2');
    expect(slow.begun.at(-1)).to.equal('a2');
  });

  it('take turns, one task at a time', async () => {
    const log: string[] = [];
    for (const key of ['a', 'b', 'c']) {
      for (const number of [1, 2]) void byKey.runner(key).postTask(() => log.push(`${key}${number}`));
    }
    await whenIdle(pool);
    expect(log).to.deep.equal(['a1', 'b1', 'c1', 'a2', 'b2', 'c2']);
  });

  it('do not disturb one another with an error', async () => {
    const failing = byKey.runner('a').postTask(() => Promise.reject(new Error('expected')));
    const [same, other] = ['a', 'b'].map((key) => byKey.runner(key).postTask(() => key));
    expect(await rejectionOf(failing)).to.have.property('message', 'expected');
    expect(await Promise.all([same, other])).to.deep.equal(['a', 'b']);
  });

  it('have one and the same runner for a key while that is in use', async () => {
    const runner = byKey.runner('a');
    const handle = runner.postTask(() => byKey.runner('a'));
    expect(byKey.runner('a')).to.equal(runner);
    expect(byKey.runner('b')).to.not.equal(runner);
    expect(await handle).to.equal(runner);
    expect(runner).to.include({ key: 'a', name: 'accounts', priority: 'user-visible' });
    const delayed = runner.postDelayedTask(() => 0, 60_000);
    expect(byKey.runner('a')).to.equal(runner);
    delayed.cancel();
    await rejectionOf(delayed);
  });

  it('share the sequence among all doors to a key, old ones too', async () => {
    const hold = gate();
    const log: string[] = [];
    const old = byKey.runner('a');
    await old.postTask(() => log.push('earlier'));
    await macrotask();
    const door = byKey.runner('a');
    expect(door).to.not.equal(old);
    const first = door.postTask(() => hold.promise.then(() => log.push('first')));
    const second = old.postTask(() => log.push('second'));
    old.schedule(() => log.push('action'));
    const third = door.postTask(() => log.push('third'));
    await macrotask();
    expect(log).to.deep.equal(['earlier']);
    expect(stats(old)).to.deep.include({ queued: 3, running: 1 });
    expect(byKey.size).to.equal(1);
    hold.open();
    await Promise.all([first, second, third, flush(old)]);
    expect(log).to.deep.equal(['earlier', 'first', 'second', 'action', 'third']);
  });

  it('let an action that was armed on a door that is old be armed again', async () => {
    const log: string[] = [];
    const old = byKey.runner('a');
    const action = old.schedule(() => log.push('action')) as ReturnType<KeyRunner<string>['schedule']> & {
      schedule(): void;
    };
    await turns();
    const hold = gate();
    const task = byKey.runner('a').postTask(() => hold.promise.then(() => log.push('task')));
    action.schedule();
    expect(stats(byKey.runner('a')).queued).to.equal(2);
    hold.open();
    await task;
    await flush(byKey.runner('a'));
    await macrotask();
    expect(log).to.deep.equal(['action', 'task', 'action']);
    expect(byKey.size).to.equal(0);
  });

  it('are current for every door to their key, and for no other key', async () => {
    const other = keyed(pool);
    const old = byKey.runner('a');
    await old.postTask(() => 0);
    const doors = [old, byKey.runner('a'), byKey.runner('b'), other.runner('a'), pool];
    const current = await byKey.runner('a').postTask(() => doors.map((door) => door.isCurrent()));
    expect(current).to.deep.equal([true, true, false, false, false]);
    expect(old.isCurrent()).to.be.false;
  });

  it('are one sequence to a SequenceChecker, whichever door a task came through', async () => {
    const checker = new SequenceChecker();
    const check = (): void => checker.assertCalledOnValidSequence();
    const old = byKey.runner('a');
    await old.postTask(check);
    await macrotask();
    await byKey.runner('a').postTask(check);
    for (const runner of [byKey.runner('b'), keyed(pool).runner('a')]) {
      expect(await rejectionOf(runner.postTask(check))).to.be.an.instanceof(SequenceViolationError);
    }
  });

  it('compare their keys as those of a Map: by identity, and NaN is itself', async () => {
    const any = keyed<unknown>(pool);
    const object = {};
    const keys = [NaN, 0, '0', object, {}, undefined, null, Symbol('key')];
    const handles = keys.map((key) => any.runner(key).postTask(() => any.runner(key).isCurrent()));
    expect(any.size).to.equal(keys.length);
    const runners = keys.map((key) => any.runner(key));
    expect(new Set(runners).size).to.equal(keys.length);
    expect(keys.map((key) => any.runner(key))).to.have.ordered.members(runners);
    expect(any.runner(-0)).to.equal(any.runner(0));
    expect(await any.runner(-0).postTask(() => any.runner(0).isCurrent())).to.be.true;
    expect(await Promise.all(handles)).to.deep.equal(keys.map(() => true));
    // Doors that were made while the key was idle are the same sequence, too.
    const [nan, minusZero] = [any.runner(NaN), any.runner(-0)];
    const current = (runner: KeyRunner<unknown>) => (): boolean => runner.isCurrent();
    expect(await any.runner(NaN).postTask(current(nan))).to.be.true;
    expect(await any.runner(0).postTask(current(minusZero))).to.be.true;
  });

  it('are schedulers of RxJS, each', async () => {
    const values = (key: string) =>
      range(0, 3).pipe(
        observeOn(byKey.runner(key)),
        map((value) => [key, value, byKey.runner(key).isCurrent()]),
        toArray(),
      );
    const [a, b] = await Promise.all(['a', 'b'].map((key) => lastValueFrom(values(key))));
    expect(a).to.deep.equal([0, 1, 2].map((value) => ['a', value, true]));
    expect(b).to.deep.equal([0, 1, 2].map((value) => ['b', value, true]));
    expect(byKey.size).to.equal(0);
  });

  it('are virtual inside of testScheduler.run(), each', () => {
    const test = new TestScheduler((actual, expected) => {
      expect(actual).to.deep.equal(expected);
    });
    test.run(({ expectObservable }) => {
      const ticks = interval(2, byKey.runner('a')).pipe(
        map((n) => `${n}`),
        take(3),
      );
      expectObservable(ticks).toBe('--0-1-(2|)');
      expectObservable(of('x').pipe(observeOn(byKey.runner('a').withPriority('best-effort')))).toBe('(x|)');
    });
    expect(byKey.size).to.equal(0);
  });

  it('have the traits that they were made with, and refuse those that they cannot have', () => {
    const lazy = keyed<number>(pool, { name: 'lazy', priority: 'background', keepAlive: false });
    expect(lazy.runner(1).traits).to.deep.include({ name: 'lazy', priority: 'best-effort', keepAlive: false });
    expect(errorOf(() => keyed(pool, { priority: 'urgent' as never }))).to.be.an.instanceof(TypeError);
    expect(errorOf(() => keyed(pool, { queue: { capacity: 1 } as never }))).to.be.an.instanceof(TypeError);
    expect(errorOf(() => keyed(pool, { queue: bounded(-1) }))).to.be.an.instanceof(RangeError);
  });

  it('are shut down with their pool', async () => {
    const hold = gate();
    const first = byKey.runner('a').postTask(() => hold.promise, { name: 'first' });
    const second = byKey.runner('a').postTask(() => 0, { name: 'second' });
    const delayed = byKey.runner('b').postDelayedTask(() => 0, 60_000, { name: 'delayed' });
    await macrotask();
    const report = pool.shutdown();
    for (const handle of [second, delayed]) expect(await rejectionOf(handle)).to.have.property('reason', 'shutdown');
    hold.open();
    await first;
    const { ran, skipped } = await report;
    expect(ran).to.deep.equal(['first']);
    expect(skipped).to.have.members(['second', 'delayed']);
    expect(byKey.size).to.equal(0);
    expect(errorOf(() => byKey.runner('a').schedule(() => 0))).to.have.property('reason', 'shutdown');
  });
});
