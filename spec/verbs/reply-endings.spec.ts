import { expect } from 'chai';
import {
  postTaskAndReply,
  type Runner,
  stats,
  type TaskErrorInfo,
  TaskRejectedError,
  ThreadPool,
} from '../../src/index.js';
import { gate, macrotask, rejectionOf, uncaughtDuring } from '../support/support.js';

describe('A task and its reply', () => {
  let taskPool: ThreadPool;
  let replyPool: ThreadPool;
  let io: Runner;
  let ui: Runner;
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
      postTaskAndReply(io, fail, noting('reply'), { on: ui, name: 'load', priority: 'best-effort' });
      await turns();
      expect(reported.length).to.equal(1);
      const [[where, reason, info]] = reported as [[string, unknown, TaskErrorInfo]];
      expect([where, reason]).to.deep.equal(['task pool', error]);
      expect(info).to.include({ name: 'load', runner: io, priority: 'best-effort' });
      expect(info.runTime).to.be.at.least(0);
      expect(log).to.deep.equal([]);
    });

    it('the failure of the reply to the pool of the reply, as the reply’s, once', async () => {
      postTaskAndReply(io, noting('task'), fail, { on: ui, name: 'load', reply: { name: 'show' } });
      await turns();
      expect(reported.map(([where, reason, { name, runner }]) => [where, reason, name, runner])).to.deep.equal([
        ['reply pool', error, 'show', ui],
      ]);
    });

    it('nothing when the reply has taken the error', async () => {
      postTaskAndReply(io, fail, { error: noting('error') }, { on: ui });
      await turns();
      expect(log).to.deep.equal(['error']);
      expect(reported).to.deep.equal([]);
    });

    it('nothing when they are cancelled', async () => {
      const handle = postTaskAndReply(io, noting('task'), noting('reply'), { on: ui });
      handle.cancel();
      await turns();
      expect([log, reported]).to.deep.equal([[], []]);
    });

    it('the failure of the task as uncaught, where its pool has no handler, once', async () => {
      const quiet = new ThreadPool().createSequencedTaskRunner();
      const uncaught = await uncaughtDuring(async () => {
        postTaskAndReply(quiet, fail, noting('reply'), { on: ui });
        await turns();
      });
      expect(uncaught).to.deep.equal([error]);
      expect(reported).to.deep.equal([]);
    });
  });

  it('of which somebody awaits the handle report nothing', async () => {
    const handle = postTaskAndReply(io, () => Promise.reject(new Error('expected')), noting('reply'), { on: ui });
    await rejectionOf(handle);
    await turns();
    expect(reported).to.deep.equal([]);
  });

  describe('are cancelled by their handle', () => {
    it('before the task has begun', async () => {
      const handle = postTaskAndReply(io, noting('task'), noting('reply'), { on: ui });
      handle.cancel('no more');
      expect(stats(io).queued).to.equal(0);
      const error = await rejectionOf(handle);
      expect(error).to.include({ name: 'AbortError', cause: 'no more' });
      await turns();
      expect(log).to.deep.equal([]);
    });

    it('while the task is delayed', async () => {
      const handle = postTaskAndReply(io, noting('task'), noting('reply'), { on: ui, delay: 1_000_000 });
      expect(stats(io).delayed).to.equal(1);
      handle.cancel();
      expect(stats(io).delayed).to.equal(0);
      expect(await rejectionOf(handle)).to.have.property('name', 'AbortError');
    });

    it('while the task runs: its signal aborts with the reason, and no reply follows', async () => {
      const hold = gate();
      let signal!: AbortSignal;
      const handle = postTaskAndReply(
        io,
        (context) => {
          ({ signal } = context);
          return hold.promise;
        },
        { next: noting('next'), error: noting('error') },
        { on: ui },
      );
      await macrotask();
      handle.cancel('no more');
      expect(signal.reason).to.include({ name: 'AbortError', cause: 'no more' });
      expect(stats(io).running).to.equal(1);
      hold.open();
      await rejectionOf(handle);
      await turns();
      expect(log).to.deep.equal([]);
      expect(stats(io).running).to.equal(0);
    });

    it('while the reply waits', async () => {
      const hold = gate();
      void ui.postTask(() => hold.promise);
      const handle = postTaskAndReply(io, noting('task'), noting('reply'), { on: ui });
      await turns();
      expect([log, stats(ui).queued]).to.deep.equal([['task'], 1]);
      handle.cancel();
      expect(stats(ui).queued).to.equal(0);
      hold.open();
      await rejectionOf(handle);
      await turns();
      expect(log).to.deep.equal(['task']);
    });

    it('while the reply runs: its signal aborts', async () => {
      const hold = gate();
      let signal!: AbortSignal;
      const handle = postTaskAndReply(
        io,
        () => 1,
        (_, context) => {
          ({ signal } = context);
          return hold.promise;
        },
        { on: ui },
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
      const handle = postTaskAndReply(io, noting('task'), noting('reply'), {
        on: ui,
        signal: AbortSignal.abort('gone'),
      });
      expect(handle.state).to.equal('cancelled');
      expect(await rejectionOf(handle)).to.include({ name: 'AbortError', cause: 'gone' });
      await turns();
      expect(log).to.deep.equal([]);
    });

    it('while the task runs', async () => {
      const controller = new AbortController();
      const hold = gate();
      const handle = postTaskAndReply(io, () => hold.promise, noting('reply'), { on: ui, signal: controller.signal });
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
      const handle = postTaskAndReply(io, noting('task'), () => hold.promise, { on: ui, signal: controller.signal });
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
    const handle = postTaskAndReply(io, noting('task'), { next: noting('next'), error: noting('error') }, { on: ui });
    expect(handle.state).to.equal('rejected');
    expect(await rejectionOf(handle))
      .to.be.an.instanceof(TaskRejectedError)
      .with.property('reason', 'shutdown');
    await turns();
    expect(log).to.deep.equal([]);
  });

  it('end as rejected when the task is dropped by a shutdown', async () => {
    const handle = postTaskAndReply(io, noting('task'), noting('reply'), { on: ui });
    expect((await taskPool.shutdown()).skipped).to.deep.equal(['io']);
    expect(await rejectionOf(handle)).to.have.property('reason', 'shutdown');
  });

  it('end as rejected when the pool of the reply is shut down while the task runs, which ends none the less', async () => {
    const hold = gate();
    const handle = postTaskAndReply(io, () => hold.promise.then(noting('task')), noting('reply'), { on: ui });
    await macrotask();
    await replyPool.shutdown();
    expect(handle.state).to.equal('pending');
    hold.open();
    expect(await rejectionOf(handle)).to.have.property('reason', 'shutdown');
    expect(log).to.deep.equal(['task']);
    expect(stats(replyPool).rejected).to.equal(1);
  });

  it('tell the pool of the reply of a reply that is refused and that nobody awaits', async () => {
    postTaskAndReply(io, noting('task'), noting('reply'), { on: ui, reply: { name: 'show' } });
    void replyPool.shutdown();
    await turns();
    expect(log).to.deep.equal(['task']);
    expect(reported.map(([where, reason, { name }]) => [where, (reason as Error).name, name])).to.deep.equal([
      ['reply pool', 'TaskRejectedError', 'show'],
    ]);
  });
});
