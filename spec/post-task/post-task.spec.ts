import { expect } from 'chai';
import { ThreadPool } from '../../src/index.js';
import { scheduler, TaskController } from '../../src/post-task/index.js';
import { TaskEnvironment } from '../../src/testing/index.js';
import { gate, macrotask, rejectionOf } from '../support/support.js';

describe('scheduler.postTask', () => {
  let log: string[];
  const noting = (what: string) => (): void => void log.push(what);

  beforeEach(() => {
    log = [];
  });

  it('gives a promise of what the callback returns, or has promised', async () => {
    expect(await scheduler.postTask(() => 1234)).to.equal(1234);
    expect(await scheduler.postTask(() => Promise.resolve('later'))).to.equal('later');
  });

  it('gives a promise that rejects with what the callback throws', async () => {
    const error = new Error('failed');
    expect(
      await rejectionOf(
        scheduler.postTask(() => {
          throw error;
        }),
      ),
    ).to.equal(error);
  });

  it('never runs the callback synchronously', async () => {
    const posted = scheduler.postTask(noting('task'));
    log.push('posted');
    await posted;
    expect(log).to.deep.equal(['posted', 'task']);
  });

  it('runs the more urgent first, and among a priority in posting order', async () => {
    await Promise.all(
      (['background', 'user-visible', 'user-blocking'] as const).flatMap((priority) =>
        ['1', '2'].map((n) => scheduler.postTask(noting(`${priority} ${n}`), { priority })),
      ),
    );
    expect(log.join()).to.equal(
      'user-blocking 1,user-blocking 2,user-visible 1,user-visible 2,background 1,background 2',
    );
  });

  it('takes the option priority before the priority of the signal, and keeps it', async () => {
    const controller = new TaskController({ priority: 'background' });
    const { signal } = controller;
    const tasks = [
      scheduler.postTask(noting('visible')),
      scheduler.postTask(noting('both'), { signal, priority: 'user-blocking' }),
    ];
    controller.setPriority('user-visible');
    await Promise.all(tasks);
    expect(log).to.deep.equal(['both', 'visible']);
  });

  it('takes turns with the runners of the library, by priority', async () => {
    const pool = new ThreadPool();
    const urgent = pool.createSequencedTaskRunner({ priority: 'user-blocking' });
    const tasks = [
      scheduler.postTask(noting('background'), { priority: 'background' }),
      pool.postTask(noting('visible')),
      scheduler.postTask(noting('user-blocking'), { priority: 'user-blocking' }),
      urgent.postTask(noting('urgent')),
    ];
    await Promise.all(tasks);
    expect(log).to.deep.equal(['user-blocking', 'urgent', 'visible', 'background']);
  });

  it('waits for no worker, however many promises are pending', async () => {
    const open = gate();
    const tasks = Array.from({ length: 50 }, () =>
      scheduler.postTask(() => {
        log.push('begun');
        return open.promise;
      }),
    );
    await scheduler.postTask(noting('last'), { priority: 'background' });
    expect(log.length).to.equal(51);
    open.open();
    await Promise.all(tasks);
  });

  for (const [kind, make] of [
    ['AbortSignal', () => new AbortController()],
    ['TaskSignal', () => new TaskController()],
  ] as const) {
    it(`rejects with the reason of an ${kind} that has aborted, and does not run`, async () => {
      const controller = make();
      const reason = new Error('reason');
      controller.abort(reason);
      expect(
        await rejectionOf(scheduler.postTask(noting('run'), { signal: controller.signal, priority: 'background' })),
      ).to.equal(reason);
      await macrotask();
      expect(log).to.deep.equal([]);
    });

    it(`rejects with the reason when an ${kind} aborts while the task waits, and only that task`, async () => {
      const controllers = [make(), make(), make()];
      const tasks = controllers.map(({ signal }, i) => scheduler.postTask(() => i, { signal }));
      controllers[1]!.abort();
      expect((await rejectionOf(tasks[1]!)).name).to.equal('AbortError');
      expect(await Promise.all([tasks[0], tasks[2]])).to.deep.equal([0, 2]);
    });
  }

  it('rejects when the callback aborts its own signal before it returns', async () => {
    const controller = new TaskController();
    const task = scheduler.postTask(() => controller.abort('stop'), { signal: controller.signal });
    expect(await rejectionOf(task)).to.equal('stop');
  });

  it('does not reject when the signal aborts after the callback has returned a promise', async () => {
    const controller = new TaskController();
    const task = scheduler.postTask(
      async () => {
        await macrotask();
        controller.abort();
        return 'done';
      },
      { signal: controller.signal },
    );
    expect(await task).to.equal('done');
  });

  it('rejects with a TypeError, and throws nothing, when it is misused', async () => {
    const misuses: [unknown, unknown?][] = [
      ['no function'],
      [noting('run'), 7],
      [noting('run'), { priority: 'best-effort' }],
      [noting('run'), { priority: null }],
      [noting('run'), { signal: {} }],
      [noting('run'), { delay: -1 }],
      [noting('run'), { delay: NaN }],
      [noting('run'), { delay: Infinity }],
    ];
    for (const [callback, options] of misuses) {
      const error = await rejectionOf(scheduler.postTask(callback as () => void, options as object));
      expect(error).to.be.an.instanceof(TypeError);
      expect(error.message).to.match(/must be .*; got .*\.$/);
    }
    expect(log).to.deep.equal([]);
  });

  describe('with a delay', () => {
    let env: TaskEnvironment;
    const timed = (what: string) => (): void => void log.push(`${what}@${env.now()}`);

    beforeEach(() => {
      env = new TaskEnvironment();
    });
    afterEach(() => env.dispose({ allowPending: true }));

    it('queues the task when the delay is over, in virtual time too', () => {
      void scheduler.postTask(timed('late'), { priority: 'user-blocking', delay: 10 });
      void scheduler.postTask(timed('soon'), { priority: 'background', delay: 5.9 });
      env.advanceBy(9);
      expect(log).to.deep.equal(['soon@5']);
      env.advanceBy(1);
      expect(log).to.deep.equal(['soon@5', 'late@10']);
    });

    it('queues it with the priority that its signal has by then', () => {
      const controller = new TaskController({ priority: 'background' });
      void scheduler.postTask(timed('visible'), { delay: 10 });
      void scheduler.postTask(timed('lifted'), { signal: controller.signal, delay: 10 });
      controller.setPriority('user-blocking');
      env.advanceBy(10);
      expect(log).to.deep.equal(['lifted@10', 'visible@10']);
    });

    it('keeps its place among what has joined the queue before and after it, however its priority changes', () => {
      const controller = new TaskController({ priority: 'background' });
      const { signal } = controller;
      void scheduler.postTask(timed('third'), { signal, delay: 10 });
      void scheduler.postTask(timed('second'), { signal, delay: 5 });
      void scheduler.postTask(timed('first'), { signal, delay: 1 });
      env.advanceClock(10);
      void scheduler.postTask(timed('other'), { priority: 'user-blocking' });
      void scheduler.postTask(timed('look'), { priority: 'user-blocking' });
      env.step();
      void scheduler.postTask(timed('fourth'), { signal });
      controller.setPriority('user-visible');
      controller.setPriority('background');
      env.runUntilIdle();
      expect(log).to.deep.equal(['other@10', 'look@10', 'first@10', 'second@10', 'third@10', 'fourth@10']);
    });

    it('rejects when its clock goes, as at the end of an environment', async () => {
      const delayed = rejectionOf(scheduler.postTask(timed('never'), { delay: 10 }));
      const queued = rejectionOf(scheduler.postTask(timed('never')));
      env.dispose({ allowPending: true });
      expect([(await delayed).name, (await queued).name]).to.deep.equal(['AbortError', 'AbortError']);
      expect(log).to.deep.equal([]);
    });

    it('leaves no timer behind when the signal aborts meanwhile', async () => {
      const controller = new TaskController();
      const task = scheduler.postTask(timed('never'), { signal: controller.signal, delay: 10 });
      controller.abort('stop');
      expect(await rejectionOf(task)).to.equal('stop');
      env.runAll();
      expect(log).to.deep.equal([]);
      expect(env.now()).to.equal(0);
    });
  });
});
