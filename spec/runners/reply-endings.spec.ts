import { expect } from 'chai';
import { type SequencedTaskRunner, type TaskErrorInfo, TaskRejectedError, ThreadPool } from '../../src/index.js';
import { gate, macrotask, rejectionOf, uncaughtDuring } from './support.js';

describe('A task and its reply', () => {
  let taskPool: ThreadPool;
  let replyPool: ThreadPool;
  let io: SequencedTaskRunner;
  let ui: SequencedTaskRunner;
  let log: string[];
  let reported: [string, unknown, TaskErrorInfo][];

  beforeEach(() => {
    log = [];
    reported = [];
    taskPool = new ThreadPool({ onTaskError: (...report) => reported.push(['task pool', ...report]) });
    replyPool = new ThreadPool({ onTaskError: (...report) => reported.push(['reply pool', ...report]) });
    io = taskPool.createSequencedTaskRunner({ name: 'io' });
    ui = replyPool.createSequencedTaskRunner({ name: 'ui' });
  });

  const noting = (what: string) => (): void => void log.push(what);
  const turns = async (): Promise<void> => {
    for (let i = 0; i < 6; i++) await macrotask();
  };

  describe('of which nobody awaits the handle report', () => {
    const error = new Error('expected');
    const fail = (): never => {
      throw error;
    };

    it('the failure of the task to the pool of the task, as the task’s, once', async () => {
      io.postTaskAndReply(fail, noting('reply'), ui, { name: 'load', priority: 'best-effort' });
      await turns();
      expect(reported.length).to.equal(1);
      const [[where, reason, info]] = reported as [[string, unknown, TaskErrorInfo]];
      expect([where, reason]).to.deep.equal(['task pool', error]);
      expect(info).to.include({ name: 'load', runner: io, priority: 'best-effort' });
      expect(info.runTime).to.be.at.least(0);
      expect(log).to.deep.equal([]);
    });

    it('the failure of the reply to the pool of the reply, as the reply’s, once', async () => {
      io.postTaskAndReply(noting('task'), fail, ui, { name: 'load', reply: { name: 'show' } });
      await turns();
      expect(reported.map(([where, reason, { name, runner }]) => [where, reason, name, runner])).to.deep.equal([
        ['reply pool', error, 'show', ui],
      ]);
    });

    it('nothing when the reply has taken the error', async () => {
      io.postTaskAndReply(fail, { error: noting('error') }, ui);
      await turns();
      expect(log).to.deep.equal(['error']);
      expect(reported).to.deep.equal([]);
    });

    it('nothing when they are cancelled', async () => {
      const handle = io.postTaskAndReply(noting('task'), noting('reply'), ui);
      handle.cancel();
      await turns();
      expect([log, reported]).to.deep.equal([[], []]);
    });

    it('the failure of the task as uncaught, where its pool has no handler, once', async () => {
      const quiet = new ThreadPool().createSequencedTaskRunner();
      const uncaught = await uncaughtDuring(async () => {
        quiet.postTaskAndReply(fail, noting('reply'), ui);
        await turns();
      });
      expect(uncaught).to.deep.equal([error]);
      expect(reported).to.deep.equal([]);
    });
  });

  it('of which somebody awaits the handle report nothing', async () => {
    const handle = io.postTaskAndReply(() => Promise.reject(new Error('expected')), noting('reply'), ui);
    await rejectionOf(handle);
    await turns();
    expect(reported).to.deep.equal([]);
  });

  describe('are cancelled by their handle', () => {
    it('before the task has begun', async () => {
      const handle = io.postTaskAndReply(noting('task'), noting('reply'), ui);
      handle.cancel('no more');
      expect(io.stats().queued).to.equal(0);
      const error = await rejectionOf(handle);
      expect(error).to.include({ name: 'AbortError', cause: 'no more' });
      await turns();
      expect(log).to.deep.equal([]);
    });

    it('while the task is delayed', async () => {
      const handle = io.postTaskAndReply(noting('task'), noting('reply'), ui, { delay: 1_000_000 });
      expect(io.stats().delayed).to.equal(1);
      handle.cancel();
      expect(io.stats().delayed).to.equal(0);
      expect(await rejectionOf(handle)).to.have.property('name', 'AbortError');
    });

    it('while the task runs: its signal aborts with the reason, and no reply follows', async () => {
      const hold = gate();
      let signal!: AbortSignal;
      const handle = io.postTaskAndReply(
        (context) => {
          ({ signal } = context);
          return hold.promise;
        },
        { next: noting('next'), error: noting('error') },
        ui,
      );
      await macrotask();
      handle.cancel('no more');
      expect(signal.reason).to.include({ name: 'AbortError', cause: 'no more' });
      expect(io.stats().running).to.equal(1);
      hold.open();
      await rejectionOf(handle);
      await turns();
      expect(log).to.deep.equal([]);
      expect(io.stats().running).to.equal(0);
    });

    it('while the reply waits', async () => {
      const hold = gate();
      void ui.postTask(() => hold.promise);
      const handle = io.postTaskAndReply(noting('task'), noting('reply'), ui);
      await turns();
      expect([log, ui.stats().queued]).to.deep.equal([['task'], 1]);
      handle.cancel();
      expect(ui.stats().queued).to.equal(0);
      hold.open();
      await rejectionOf(handle);
      await turns();
      expect(log).to.deep.equal(['task']);
    });

    it('while the reply runs: its signal aborts', async () => {
      const hold = gate();
      let signal!: AbortSignal;
      const handle = io.postTaskAndReply(
        () => 1,
        (_, context) => {
          ({ signal } = context);
          return hold.promise;
        },
        ui,
      );
      await turns();
      expect(handle.state).to.equal('running');
      handle.cancel('late');
      expect(signal.reason).to.have.property('cause', 'late');
      expect(handle.state).to.equal('cancelled');
      hold.open();
      await rejectionOf(handle);
    });
  });

  describe('are cancelled by their signal', () => {
    it('at once, when it has aborted before they are posted', async () => {
      const handle = io.postTaskAndReply(noting('task'), noting('reply'), ui, { signal: AbortSignal.abort('gone') });
      expect(handle.state).to.equal('cancelled');
      expect(await rejectionOf(handle)).to.include({ name: 'AbortError', cause: 'gone' });
      await turns();
      expect(log).to.deep.equal([]);
    });

    it('while the task runs', async () => {
      const controller = new AbortController();
      const hold = gate();
      const handle = io.postTaskAndReply(() => hold.promise, noting('reply'), ui, { signal: controller.signal });
      await macrotask();
      controller.abort('gone');
      expect(handle.state).to.equal('cancelled');
      hold.open();
      await rejectionOf(handle);
      await turns();
      expect(log).to.deep.equal([]);
    });

    it('while the reply waits or runs: it is that of both', async () => {
      const controller = new AbortController();
      const hold = gate();
      const handle = io.postTaskAndReply(noting('task'), () => hold.promise, ui, { signal: controller.signal });
      await turns();
      expect(handle.state).to.equal('running');
      controller.abort('gone');
      expect(handle.state).to.equal('cancelled');
      expect(await rejectionOf(handle)).to.have.property('cause', 'gone');
      hold.open();
    });
  });

  it('end as rejected when the task is refused, and the reply is not called', async () => {
    await taskPool.shutdown();
    const handle = io.postTaskAndReply(noting('task'), { next: noting('next'), error: noting('error') }, ui);
    expect(handle.state).to.equal('rejected');
    expect(await rejectionOf(handle))
      .to.be.an.instanceof(TaskRejectedError)
      .with.property('reason', 'shutdown');
    await turns();
    expect(log).to.deep.equal([]);
  });

  it('end as rejected when the task is dropped by a shutdown', async () => {
    const handle = io.postTaskAndReply(noting('task'), noting('reply'), ui);
    expect((await taskPool.shutdown()).skipped).to.deep.equal(['io']);
    expect(await rejectionOf(handle)).to.have.property('reason', 'shutdown');
  });

  it('end as rejected when the pool of the reply is shut down while the task runs, which ends none the less', async () => {
    const hold = gate();
    const handle = io.postTaskAndReply(() => hold.promise.then(noting('task')), noting('reply'), ui);
    await macrotask();
    await replyPool.shutdown();
    expect(handle.state).to.equal('pending');
    hold.open();
    expect(await rejectionOf(handle)).to.have.property('reason', 'shutdown');
    expect(log).to.deep.equal(['task']);
    expect(replyPool.stats().rejected).to.equal(1);
  });

  it('tell the pool of the reply of a reply that is refused and that nobody awaits', async () => {
    io.postTaskAndReply(noting('task'), noting('reply'), ui, { reply: { name: 'show' } });
    void replyPool.shutdown();
    await turns();
    expect(log).to.deep.equal(['task']);
    expect(reported.map(([where, reason, { name }]) => [where, (reason as Error).name, name])).to.deep.equal([
      ['reply pool', 'TaskRejectedError', 'show'],
    ]);
  });
});
