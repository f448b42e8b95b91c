import { expect } from 'chai';
import { concat, interval, lastValueFrom, of, take, throwError } from 'rxjs';
import { type TaskErrorInfo, ThreadPool } from '../../src/index.js';
import { gate, macrotask, microtasks, rejectionOf, turns, uncaughtDuring } from '../support/support.js';

describe('One task’s error is its own', () => {
  interface Report {
    readonly error: unknown;
    readonly info: TaskErrorInfo;
  }
  let reports: Report[];
  let pool: ThreadPool;
  let log: string[];

  beforeEach(() => {
    reports = [];
    log = [];
    pool = new ThreadPool({ onTaskError: (error, info) => reports.push({ error, info }) });
  });

  const errors = (): unknown[] => reports.map(({ error }) => error);
  const fail = (reason: unknown) => (): never => {
    throw reason;
  };

  it('goes to onTaskError when an action throws, with the name, the traits and the runner', async () => {
    const error = new Error('expected');
    const runner = pool.createSequencedTaskRunner({ name: 'account', priority: 'user-blocking' });
    runner.schedule(fail(error));
    await macrotask();
    await macrotask();
    expect(reports).to.have.lengthOf(1);
    expect(reports[0]!.error).to.equal(error);
    expect(reports[0]!.info).to.include({ name: 'account', runner });
    expect(reports[0]!.info.traits).to.include({ priority: 'user-blocking', name: 'account' });
  });

  it('goes to onTaskError unless one of those who listen has been heard, in whatever order they listen', async () => {
    for (const heard of [
      [true, false],
      [false, true],
      [false, false],
    ]) {
      const handle = pool.postTask(() => Promise.reject(new Error(`heard: ${heard.join(', ')}`)));
      for (const isHeard of heard)
        handle.whenSettled(
          () => undefined,
          () => isHeard,
        );
    }
    await turns();
    expect(errors().map((error) => (error as Error).message)).to.deep.equal(['heard: false, false']);
  });

  it('goes to onTaskError when a task fails whose handle nobody has asked by the macrotask after', async () => {
    const runner = pool.createSequencedTaskRunner({ name: 'account' });
    const hold = gate();
    const failures = [
      fail('thrown'),
      () => Promise.reject('rejected'),
      () => throwError(() => 'observable'),
      () =>
        concat(
          of(1),
          throwError(() => 'later'),
        ),
      () => hold.promise,
    ];
    for (const task of failures) void runner.postTask<unknown>(task, { name: 'audit', priority: 'best-effort' });
    await macrotask();
    hold.fail('after a while');
    await macrotask();
    await macrotask();
    expect(errors()).to.deep.equal(['thrown', 'rejected', 'observable', 'later', 'after a while']);
    for (const { info } of reports) {
      expect(info).to.include({ name: 'audit', runner });
      expect(info.traits).to.include({ name: 'audit', priority: 'best-effort' });
    }
  });

  it('comes to the handler in the macrotask after the failure, and not before', async () => {
    const hold = gate();
    const handle = pool.postTask(() => hold.promise);
    await macrotask();
    hold.fail('expected');
    await microtasks();
    expect(handle.state).to.equal('failed');
    expect(errors()).to.deep.equal([]);
    await macrotask();
    expect(errors()).to.deep.equal(['expected']);
  });

  it('goes to whoever awaits the handle, and then to nobody else', async () => {
    const runner = pool.createSequencedTaskRunner();
    const uncaught = await uncaughtDuring(async () => {
      expect(await rejectionOf(runner.postTask(fail('thrown')))).to.equal('thrown');
      const rejected = runner.postTask(() => Promise.reject('rejected'));
      rejected.then(null, () => undefined);
      expect(await rejectionOf(rejected)).to.equal('rejected');
    });
    expect([...errors(), ...uncaught]).to.deep.equal([]);
  });

  it('goes to whoever calls then between the failure and that macrotask, and then to nobody else', async () => {
    const hold = gate();
    const handle = pool.postTask(() => hold.promise);
    await macrotask();
    hold.fail('expected');
    await microtasks();
    expect(handle.state).to.equal('failed');
    expect(await rejectionOf(handle)).to.equal('expected');
    await macrotask();
    await macrotask();
    expect(errors()).to.deep.equal([]);
  });

  it('still rejects a later then, and is not reported twice', async () => {
    const handle = pool.postTask(fail('expected'));
    for (let i = 0; i < 4; i++) await macrotask();
    expect(errors()).to.deep.equal(['expected']);
    expect(await rejectionOf(handle)).to.equal('expected');
    expect(await rejectionOf(handle)).to.equal('expected');
    await macrotask();
    expect(errors()).to.deep.equal(['expected']);
  });

  it('closes the task and spares its siblings: of the sequence, of the pool, and of the stream', async () => {
    const runner = pool.createSequencedTaskRunner();
    runner.schedule(() => log.push('before'));
    const action = runner.schedule(fail('expected'));
    runner.schedule(() => log.push('after'));
    pool.schedule(fail('expected too'));
    pool.schedule(() => log.push('pool'));
    expect(await lastValueFrom(interval(1, runner).pipe(take(2)))).to.equal(1);
    expect(log).to.deep.equal(['before', 'pool', 'after']);
    expect(action.closed).to.be.true;
    expect(errors()).to.have.members(['expected', 'expected too']);
  });

  it('ends the task’s own repetition', async () => {
    let runs = 0;
    pool.schedule(function () {
      runs++;
      this.schedule();
      throw new Error('expected');
    });
    await macrotask();
    await macrotask();
    expect(runs).to.equal(1);
    expect(reports).to.have.lengthOf(1);
  });

  it('is reported whatever it is, falsy values too', async () => {
    const reasons = [undefined, null, 0, '', false];
    for (const reason of reasons) pool.schedule(fail(reason));
    for (const reason of reasons) void pool.postTask(fail(reason));
    for (const reason of reasons) void pool.postTask(() => Promise.reject(reason));
    await turns();
    expect(errors()).to.have.lengthOf(15);
    expect(new Set(errors())).to.deep.equal(new Set(reasons));
  });

  it('is told beside the error of a teardown that its failure causes', async () => {
    const action = pool.schedule(fail('expected'));
    action.add(fail('teardown'));
    await macrotask();
    await macrotask();
    expect(errors()).to.have.lengthOf(2);
    expect(errors()).to.include('expected');
    expect(errors().find((error) => error !== 'expected'))
      .to.have.property('errors')
      .that.deep.equals(['teardown']);
  });

  it('becomes an uncaught exception, in a callback of its own, where there is no onTaskError', async () => {
    const quiet = new ThreadPool();
    const uncaught = await uncaughtDuring(async () => {
      quiet.schedule(fail('action'));
      void quiet.postTask(fail('thrown'));
      void quiet.postTask(() => Promise.reject('rejected'));
      void quiet.postTask(fail(undefined));
      quiet.schedule(() => log.push('sibling'));
      await macrotask();
    });
    expect(uncaught).to.have.members(['action', 'thrown', 'rejected', undefined]);
    expect(log).to.deep.equal(['sibling']);
  });

  it('is not lost when onTaskError throws: both errors are thrown together, and the loop goes on', async () => {
    const broken = new ThreadPool({
      onTaskError: () => {
        throw new Error('handler');
      },
    });
    const uncaught = (await uncaughtDuring(async () => {
      broken.schedule(fail('first'));
      void broken.postTask(fail('second'));
      broken.schedule(() => log.push('sibling'));
      await macrotask();
    })) as AggregateError[];
    expect(log).to.deep.equal(['sibling']);
    expect(uncaught).to.have.lengthOf(2);
    for (const [i, reason] of ['first', 'second'].entries()) {
      expect(uncaught[i]).to.be.an.instanceof(AggregateError);
      expect(uncaught[i]!.errors[0]).to.equal(reason);
      expect(uncaught[i]!.errors[1]).to.have.property('message', 'handler');
    }
    expect(await broken.postTask(() => 'alive')).to.equal('alive');
  });

  it('that is thrown by what awaits a handle is the promise’s, as ever', async () => {
    const uncaught = await uncaughtDuring(() => {
      void pool
        .postTask(() => 1)
        .then(() => {
          throw new Error('continuation');
        });
    });
    expect(uncaught).to.have.lengthOf(1);
    expect(errors()).to.deep.equal([]);
  });

  it('of a post after a shutdown goes to onTaskError too, if nobody looks at the handle', async () => {
    await pool.shutdown();
    void pool.postTask(() => 1, { name: 'late' });
    await rejectionOf(pool.postTask(() => 2));
    await macrotask();
    await macrotask();
    expect(reports).to.have.lengthOf(1);
    expect(reports[0]!.error).to.have.property('name', 'TaskRejectedError');
    expect(reports[0]!.info.name).to.equal('late');
  });
});
