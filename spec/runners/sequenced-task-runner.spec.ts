import { expect } from 'chai';
import { Subject } from 'rxjs';
import { type Runner, stats, ThreadPool, whenIdle } from '../../src/index.js';
import { gate, macrotask, microtasks } from '../support/support.js';

describe('Runner', () => {
  let pool: ThreadPool;
  let runner: Runner;
  let log: string[];

  beforeEach(() => {
    pool = new ThreadPool();
    runner = pool.createSequencedTaskRunner({ name: 'account' });
    log = [];
  });

  it('never runs what is posted synchronously: not from outside, not from inside a task, not in a microtask', async () => {
    runner.schedule(() => {
      runner.schedule(() => log.push('inner'));
      log.push('outer ends');
    });
    log.push('posted');
    await microtasks();
    log.push('microtasks over');
    await macrotask();
    expect(log).to.deep.equal(['posted', 'microtasks over', 'outer ends', 'inner']);
  });

  it('starts its tasks in posting order, actions and tasks alike', async () => {
    const names = Array.from({ length: 30 }, (_, i) => `${i}`);
    names.forEach((name, i) => {
      if (i % 3 === 0) runner.schedule(() => log.push(name));
      else void runner.postTask(i % 3 === 1 ? () => log.push(name) : async () => log.push(name));
    });
    await runner.postTask(() => undefined);
    expect(log).to.deep.equal(names);
  });

  it('never lets them overlap, across await too: state that only it touches needs no lock', async () => {
    let balance = 100;
    const withdraw = async (amount: number): Promise<void> => {
      const before = balance;
      await macrotask();
      balance = before - amount;
    };
    await Promise.all(Array.from({ length: 10 }, () => runner.postTask(() => withdraw(10))));
    expect(balance).to.equal(0);
  });

  it('makes actions wait behind a task that is pending, and not behind one that has ended', async () => {
    const hold = gate();
    const slow = runner.postTask(() => hold.promise.then(() => log.push('slow ends')));
    runner.schedule(() => log.push('action'));
    await macrotask();
    await macrotask();
    expect(log).to.deep.equal([]);
    expect(stats(runner)).to.include({ queued: 1, running: 1, delayed: 0 });
    hold.open();
    await slow;
    await macrotask();
    expect(log).to.deep.equal(['slow ends', 'action']);
  });

  it('waits for the end of an observable, its teardown included', async () => {
    const source = new Subject<number>();
    const task = runner.postTask(() => source);
    runner.schedule(() => log.push('next task'));
    await macrotask();
    source.next(1);
    await macrotask();
    expect(log).to.deep.equal([]);
    source.complete();
    expect(await task).to.equal(1);
    await macrotask();
    expect(log).to.deep.equal(['next task']);
  });

  it('lets other runners go on meanwhile', async () => {
    const hold = gate();
    const slow = runner.postTask(() => hold.promise);
    await pool.createSequencedTaskRunner().postTask(() => log.push('other'));
    expect(log).to.deep.equal(['other']);
    expect(slow.state).to.equal('running');
    hold.open();
    await slow;
  });

  it('starts a task that it was given by a task it runs after what was queued already', async () => {
    runner.schedule(() => {
      log.push('first');
      runner.schedule(() => log.push('posted by the first'));
    });
    runner.schedule(() => log.push('second'));
    await runner.postTask(() => undefined);
    await macrotask();
    expect(log).to.deep.equal(['first', 'second', 'posted by the first']);
  });

  it('takes turns with a runner of the same priority, one task at a time', async () => {
    const other = pool.createSequencedTaskRunner();
    for (const i of [1, 2, 3]) runner.schedule(() => log.push(`a${i}`));
    for (const i of [1, 2, 3]) other.schedule(() => log.push(`b${i}`));
    await whenIdle(pool);
    expect(log).to.deep.equal(['a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
  });

  it('never runs a delayed task early, by the monotonic clock', async () => {
    const before = performance.now();
    await runner.postDelayedTask(() => undefined, 3);
    expect(performance.now() - before).to.be.at.least(3);
  });

  it('takes null, undefined, NaN and negative delays for 0', async () => {
    for (const delay of [undefined, null, NaN, -5, 0]) runner.schedule(() => log.push(String(delay)), delay!);
    await runner.postDelayedTask(() => log.push('task'), -Infinity);
    expect(log).to.deep.equal(['undefined', 'null', 'NaN', '-5', '0', 'task']);
  });

  it('is current in its own tasks, in those of its views, and nowhere else', async () => {
    const other = pool.createSequencedTaskRunner();
    const seen: boolean[] = [];
    const look = (): void => {
      seen.push(runner.isCurrent());
    };
    look();
    runner.schedule(look);
    runner.withPriority('user-blocking').schedule(look);
    other.schedule(look);
    await runner.postTask(async () => {
      look();
      await macrotask();
      look();
    });
    expect(seen).to.deep.equal([false, true, true, false, true, false]);
  });

  it('tells a task which runner it runs on, after an await too', async () => {
    const runners = await runner.postTask(async (context) => {
      const first = context.runner;
      await macrotask();
      return [first, context.runner];
    });
    expect(runners).to.deep.equal([runner, runner]);
  });

  it('counts what is queued, running and delayed', async () => {
    const hold = gate();
    const slow = runner.postTask(() => hold.promise);
    const queued = [runner.schedule(() => undefined), runner.postTask(() => undefined)];
    const delayed = [runner.schedule(() => undefined, 50_000), runner.postDelayedTask(() => undefined, Infinity)];
    expect(stats(runner)).to.include({ queued: 3, running: 0, delayed: 2 });
    await macrotask();
    expect(stats(runner)).to.include({ queued: 2, running: 1, delayed: 2 });
    for (const handle of [...queued, ...delayed]) handle.unsubscribe();
    expect(stats(runner)).to.include({ queued: 0, running: 1, delayed: 0 });
    hold.open();
    await slow;
    await microtasks();
    expect(stats(runner)).to.include({ queued: 0, running: 0, delayed: 0 });
  });

  it('has the name and the traits it was made with', () => {
    expect(runner.name).to.equal('account');
    expect(runner.traits.name).to.equal('account');
    expect(pool.createSequencedTaskRunner().name).to.equal('');
  });
});

describe('A task that would wait for itself', () => {
  const pool = new ThreadPool();

  it('rejects at once, naming both tasks, when it returns a handle of its own sequence', async () => {
    const runner = pool.createSequencedTaskRunner({ name: 'account' });
    const inner: { handle?: PromiseLike<string> } = {};
    const outer = runner.postTask(() => (inner.handle = runner.postTask(() => 'inner', { name: 'audit' })), {
      name: 'transfer',
    });
    const error = await outer.then(
      () => null,
      (reason: unknown) => reason as Error,
    );
    expect(error).to.have.property('name', 'TaskDeadlockError');
    expect(error?.message).to.contain("task 'transfer' of 'account'").and.to.contain("task 'audit' of 'account'");
    expect(await inner.handle, 'the task behind it runs all the same').to.equal('inner');
  });

  it('rejects when what it returns is delayed, or is its own handle', async () => {
    const runner = pool.createSequencedTaskRunner();
    const names: string[] = [];
    const note = (error: unknown): void => {
      names.push((error as Error).name);
    };
    const delayed = runner.postDelayedTask(() => undefined, 60_000);
    await runner.postTask(() => delayed).then(null, note);
    delayed.cancel();
    const own: PromiseLike<unknown> = runner.postTask(() => own);
    await own.then(null, note);
    expect(names).to.deep.equal(['TaskDeadlockError', 'TaskDeadlockError']);
  });

  it('rejects on a pool too, when what it returns is its own handle', async () => {
    const own: PromiseLike<unknown> = pool.postTask(() => own);
    let reason: unknown;
    void own.then(null, (error: unknown) => (reason = error));
    for (let i = 0; i < 5; i++) await macrotask();
    expect(reason).to.have.property('name', 'TaskDeadlockError');
  });

  it('may return the handle of another runner, of a pool, or of a task of its own that has ended', async () => {
    const runner = pool.createSequencedTaskRunner();
    const other = pool.createSequencedTaskRunner();
    expect(await runner.postTask(() => other.postTask(() => 'other'))).to.equal('other');
    expect(await pool.postTask(() => pool.postTask(() => 'pool'))).to.equal('pool');
    const ended = runner.postTask(() => 'ended');
    await ended;
    expect(await runner.postTask(() => ended)).to.equal('ended');
  });
});
