import { expect } from 'chai';
import { finalize, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import {
  postTaskAndReply,
  type Runner,
  stats,
  type TaskContext,
  TaskDeadlockError,
  ThreadPool,
  timeLimit,
} from '../../src/index.js';
import { FakeTime } from '../support/fake-time.js';
import { errorOf, gate, macrotask, rejectionOf } from '../support/support.js';

describe('postTaskAndReply', () => {
  let pool: ThreadPool;
  let io: Runner;
  let ui: Runner;
  let log: string[];

  beforeEach(() => {
    pool = new ThreadPool();
    io = pool.createSequencedTaskRunner({ name: 'io' });
    ui = pool.createSequencedTaskRunner({ name: 'ui' });
    log = [];
  });

  const noting = (what: string) => (): void => void log.push(what);
  const failing = (error: unknown) => (): never => {
    throw error;
  };

  describe('posts the reply', () => {
    it('to the runner that asked: the one whose task is running', async () => {
      const answered = gate<[string, string]>();
      void ui.postTask(() => {
        postTaskAndReply(
          io,
          ({ runner }) => runner.name,
          (name, { runner }) => {
            answered.open([name, runner.name]);
          },
        );
      });
      expect(await answered.promise).to.deep.equal(['io', 'ui']);
    });

    it('to the runner that asked from within an action, too', async () => {
      const answered = gate<string>();
      ui.schedule(() => {
        postTaskAndReply(
          io,
          () => undefined,
          (_, { runner }) => {
            answered.open(runner.name);
          },
        );
      });
      expect(await answered.promise).to.equal('ui');
    });

    it('to the pool, when a task of the pool itself asked', async () => {
      const answered = gate<unknown>();
      void pool.postTask(() => {
        postTaskAndReply(
          io,
          () => undefined,
          (_, { runner }) => {
            answered.open(runner);
          },
        );
      });
      expect(await answered.promise).to.equal(pool);
    });

    it('to another runner that is named, of any kind and any pool', async () => {
      const other = new ThreadPool();
      for (const runner of [ui, other, other.createParallelTaskRunner({ maxConcurrency: 2 })]) {
        const handle = postTaskAndReply(
          io,
          () => undefined,
          (_, context) => context.runner,
          { on: runner },
        );
        expect(await handle).to.equal(runner);
      }
    });

    it('to the very runner that runs the task, behind what was posted to it meanwhile', async () => {
      const handle = postTaskAndReply(io, noting('task'), noting('reply'), { on: io });
      io.schedule(noting('in between'));
      await handle;
      expect(log).to.deep.equal(['task', 'in between', 'reply']);
    });

    it('with the result of the task, a promise’s too, and has the result of the reply', async () => {
      const handle = postTaskAndReply(
        io,
        async () => 20,
        async (value) => `${value + 1}`,
        { on: ui },
      );
      expect(await handle).to.equal('21');
      expect(handle.state).to.equal('done');
    });

    it('never before the task has ended, and holds nothing of the other runner until then', async () => {
      const hold = gate();
      const handle = postTaskAndReply(io, () => hold.promise, noting('reply'), { on: ui });
      ui.schedule(noting('ui goes on'));
      await macrotask();
      expect(log).to.deep.equal(['ui goes on']);
      expect(stats(ui)).to.include({ queued: 0, running: 0 });
      hold.open();
      await handle;
      expect(log).to.deep.equal(['ui goes on', 'reply']);
    });

    it('with traits of its own', async () => {
      const lazy = pool.createSequencedTaskRunner({ priority: 'best-effort' });
      const [first, second] = [0, 1].map(() => pool.createSequencedTaskRunner());
      const reply = { name: 'reply', priority: 'user-blocking' as const };
      const done = postTaskAndReply(
        lazy,
        () => {
          second!.schedule(noting('visible'));
        },
        noting('urgent reply'),
        { on: first, reply },
      );
      await done;
      await macrotask();
      expect(log).to.deep.equal(['urgent reply', 'visible']);
    });

    it('with a time limit of its own', async () => {
      const time = new FakeTime();
      try {
        const handle = postTaskAndReply(
          io,
          () => time.after(10),
          (_, context) => timeLimit(5, () => time.after(10))(context),
          { on: ui, reply: { name: 'reply' } },
        );
        const error = rejectionOf(handle);
        await time.pass(14);
        expect(handle.state).to.equal('running');
        await time.pass(6);
        expect(await error).to.have.property('name', 'TimeoutError');
        expect((await error).message).to.contain("its limit of 5 ms: task 'reply' of 'ui'");
      } finally {
        time.end();
      }
    });
  });

  it('in its delayed form delays the task, not the reply, in virtual time too', () => {
    const scheduler = new TestScheduler(() => undefined);
    scheduler.run(() => {
      const note = (what: string) => (): void => void log.push(`${what} at ${scheduler.now()}`);
      void postTaskAndReply(io, note('task'), note('reply'), { on: ui, delay: 30 });
      void postTaskAndReply(
        io,
        () => timer(20),
        () => {
          note('reply')();
          return timer(5).pipe(finalize(note('end')));
        },
        { on: ui },
      );
    });
    expect(log).to.deep.equal(['reply at 20', 'end at 25', 'task at 30', 'reply at 30']);
  });

  describe('when the task fails', () => {
    it('does not call the reply, and the handle rejects with the error', async () => {
      const error = new Error('expected');
      const handle = postTaskAndReply(io, failing(error), noting('reply'), { on: ui });
      expect(await rejectionOf(handle)).to.equal(error);
      await macrotask();
      expect(log).to.deep.equal([]);
      expect(handle.state).to.equal('failed');
    });

    it('and the reply has a function for errors, that gets it, and gives the handle its result', async () => {
      const error = new Error('expected');
      const handle = postTaskAndReply<undefined, unknown>(
        io,
        failing(error),
        { next: noting('next'), error: (reason, { runner }) => [reason, runner.name] },
        { on: ui },
      );
      expect(await handle).to.deep.equal([error, 'ui']);
      expect(log).to.deep.equal([]);
    });

    it('and the reply is one for errors only, a task that ends well has undefined for its result', async () => {
      const handle = postTaskAndReply<string, unknown>(io, () => 'result', { error: noting('error') }, { on: ui });
      expect(await handle).to.be.undefined;
      expect(log).to.deep.equal([]);
    });
  });

  it('rejects with the error of a reply that fails', async () => {
    const error = new Error('expected');
    const handle = postTaskAndReply(io, () => 1, failing(error), { on: ui });
    expect(await rejectionOf(handle)).to.equal(error);
  });

  it('needs a runner for the reply: outside of any task one must be named', async () => {
    const call = errorOf(() => postTaskAndReply(io, noting('task'), noting('reply')));
    expect(call).to.be.an.instanceof(TypeError);
    expect(call.message).to.match(/called from within a task.*or be given the option on/);
    await macrotask();
    expect(log).to.deep.equal([]);
  });

  it('says that its option `on` must be a runner when it is something else', async () => {
    for (const [wrong, shown] of [
      [null, 'null'],
      [{ delay: 5 }, 'an object'],
      ['ui', "'ui'"],
    ] as const) {
      const error = errorOf(() => postTaskAndReply(io, noting('task'), noting('reply'), { on: wrong as never }));
      expect(error).to.be.an.instanceof(TypeError);
      expect(error.message)
        .to.contain('The option on of postTaskAndReply must be a runner')
        .and.to.contain(`got ${shown}.`);
    }
    await macrotask();
    expect(log).to.deep.equal([]);
  });

  it('needs a reply that is a function, or has one', async () => {
    for (const reply of [undefined, null, {}, 'reply', { next: 1 }]) {
      const error = errorOf(() => postTaskAndReply(io, noting('task'), reply as never, { on: ui }));
      expect(error).to.be.an.instanceof(TypeError);
      expect(error.message).to.contain('A reply must be');
    }
    expect(errorOf(() => postTaskAndReply(io, 'task' as never, noting('reply'), { on: ui }))).to.be.an.instanceof(
      TypeError,
    );
    await macrotask();
    expect([log, stats(io).queued]).to.deep.equal([[], 0]);
  });

  describe('awaited from the sequence that it needs', () => {
    const cases: [string, (context: TaskContext) => PromiseLike<unknown>][] = [
      ['task and reply', () => postTaskAndReply(io, noting('task'), noting('reply'), { on: io })],
      ['reply', () => postTaskAndReply(ui, noting('task'), noting('reply'), { on: io })],
      ['task', () => postTaskAndReply(io, noting('task'), noting('reply'), { on: ui })],
    ];
    for (const [what, task] of cases) {
      it(`would wait for itself, and is told so (${what})`, async () => {
        const handle = io.postTask(task);
        let error: unknown;
        void handle.then(null, (reason: unknown) => (error = reason));
        for (let i = 0; i < 5; i++) await macrotask();
        expect(error).to.be.an.instanceof(TaskDeadlockError);
      });
    }

    it('is no deadlock on other sequences', async () => {
      const other = pool.createSequencedTaskRunner();
      const handle = io.postTask(() =>
        postTaskAndReply(
          ui,
          () => 1,
          (value) => value + 1,
          { on: other },
        ),
      );
      expect(await handle).to.equal(2);
    });
  });
});
