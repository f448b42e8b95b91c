import { expect } from 'chai';
import {
  type Runner,
  stats,
  steps,
  type TaskHandle,
  TaskTimeoutError,
  ThreadPool,
  timeLimit,
} from '../../src/index.js';
import { FakeTime } from '../support/fake-time.js';
import { gate, macrotask, rejectionOf, turns } from '../support/support.js';

describe('The end of a generator task', () => {
  let pool: ThreadPool;
  let runner: Runner;
  let urgent: Runner;
  let log: string[];

  beforeEach(() => {
    pool = new ThreadPool({ workers: 1 });
    runner = pool.createSequencedTaskRunner({ name: 'index' });
    urgent = pool.createSequencedTaskRunner({ priority: 'user-blocking' });
    log = [];
  });
  afterEach(() => {
    expect(stats(pool)).to.include({ queued: 0, running: 0, busy: 0 });
  });

  const noting = (what: string) => (): void => void log.push(what);

  it('that is cancelled between two steps runs its finally blocks, then ends', async () => {
    const handle: TaskHandle<void> = runner.postTask(
      steps(function* () {
        urgent.schedule(() => {
          handle.cancel('enough');
        });
        try {
          yield;
          log.push('goes on');
        } finally {
          log.push('cleans up');
        }
      }),
    );
    runner.schedule(noting('next'));
    expect(await rejectionOf(handle)).to.include({ name: 'AbortError', cause: 'enough' });
    await macrotask();
    await macrotask();
    expect(log).to.deep.equal(['cleans up', 'next']);
  });

  it('that is cancelled while a promise that it has returned is pending comes when that has settled', async () => {
    const held = gate();
    const handle = runner.postTask(
      steps(function* () {
        yield;
        return held.promise;
      }),
    );
    runner.schedule(noting('next'));
    await turns();
    handle.cancel();
    expect((await rejectionOf(handle)).name).to.equal('AbortError');
    await turns();
    expect([log, stats(pool).busy]).to.deep.equal([[], 1]);
    held.open();
    await turns();
    expect(log).to.deep.equal(['next']);
  });

  it('that cancels itself in a step does no other, but runs its finally blocks', async () => {
    const handle: TaskHandle<void> = runner.postTask(
      steps(function* () {
        try {
          handle.cancel();
          yield;
          log.push('goes on');
        } finally {
          log.push('cleans up');
        }
      }),
    );
    await rejectionOf(handle);
    await macrotask();
    expect(log).to.deep.equal(['cleans up']);
  });

  it('that is cancelled before it has begun is never asked for a step', async () => {
    const handle = runner.postTask(
      steps(function* () {
        log.push('begun');
        yield;
      }),
    );
    handle.cancel();
    await rejectionOf(handle);
    await macrotask();
    expect(log).to.deep.equal([]);
  });

  for (const [when, isLate] of [
    ['in its first step', false],
    ['in a later one', true],
  ] as const) {
    it(`that throws ${when} fails with that error, and its sequence goes on`, async () => {
      const error = new Error('expected');
      const handle = runner.postTask(
        steps(function* () {
          if (isLate) {
            urgent.schedule(noting('urgent'));
            yield;
          }
          throw error;
        }),
      );
      runner.schedule(noting('next'));
      expect(await rejectionOf(handle)).to.equal(error);
      await macrotask();
      expect(log).to.deep.equal(isLate ? ['urgent', 'next'] : ['next']);
      expect(handle.state).to.equal('failed');
    });
  }

  it('that yields a promise, which nobody would await, fails with a TypeError, and cleans up', async () => {
    const values = [() => Promise.resolve(), () => runner.postTask(() => 1)];
    for (const value of values) {
      const handle = runner.postTask(
        steps(function* () {
          try {
            yield value() as never;
            log.push('goes on');
          } finally {
            log.push('cleans up');
          }
        }),
      );
      const error = await rejectionOf(handle);
      expect(error).to.be.an.instanceof(TypeError);
      expect(error.message).to.contain('may not yield a promise').and.to.contain("'index'");
    }
    await macrotask();
    expect(log).to.deep.equal(['cleans up', 'cleans up']);
  });

  it('that yields the promise of context.yield() fails in the same way', async () => {
    const handle = runner.postTask(
      steps(function* (context) {
        yield context.yield() as never;
      }),
    );
    runner.schedule(noting('next'));
    expect(await rejectionOf(handle)).to.be.an.instanceof(TypeError);
    await turns();
    expect(log).to.deep.equal(['next']);
  });

  it('that asks to give way and then yields goes on once', async () => {
    const handle = runner.postTask(
      steps(function* (context) {
        void context.yield();
        yield;
        log.push('step 2');
        urgent.schedule(noting('urgent'));
        void context.yield();
        yield;
        log.push('step 3');
      }),
    );
    runner.schedule(noting('next'));
    await handle;
    await macrotask();
    expect(log).to.deep.equal(['step 2', 'urgent', 'step 3', 'next']);
  });

  it('comes at once, with a TypeError, when it is async: steps() would never come to its end', async () => {
    const handle = runner.postTask(
      steps(async function* () {
        log.push('begun');
        yield;
      } as never),
    );
    const error = await rejectionOf(handle);
    expect(error).to.be.an.instanceof(TypeError);
    expect(error.message).to.contain('may not be async');
    expect(log).to.deep.equal([]);
  });

  for (const [kind, task, advice] of [
    ['a generator', function* () {}, 'steps()'],
    ['an async generator', async function* () {}, 'an async function with context.yield()'],
  ] as const) {
    it(`comes at once, with a TypeError, when it is ${kind} that steps() has not wrapped: nobody would iterate it`, async () => {
      const error = await rejectionOf(runner.postTask<unknown>(task));
      expect(error).to.be.an.instanceof(TypeError);
      expect(error.message).to.contain(advice).and.to.contain("of 'index'");
    });
  }

  it('that returns another generator, which nobody would iterate, fails with a TypeError', async () => {
    function* inner(): Generator<void, number, void> {
      yield;
      return 1;
    }
    const error = await rejectionOf(
      runner.postTask(
        steps<unknown>(function* () {
          yield;
          return inner();
        }),
      ),
    );
    expect(error).to.be.an.instanceof(TypeError);
    expect(error.message).to.contain('wrapped by steps()').and.to.contain("of 'index'");
  });

  it('that takes longer than its time limit fails, and cleans up', async () => {
    const time = new FakeTime();
    try {
      const handle = runner.postTask(
        timeLimit(
          20,
          steps(function* () {
            try {
              for (;;) {
                time.block(5);
                yield;
              }
            } finally {
              time.note('cleans up');
            }
          }),
        ),
      );
      const error = rejectionOf(handle);
      await time.pass(5);
      expect(await error).to.be.an.instanceof(TaskTimeoutError);
      expect(time.log).to.deep.equal(['cleans up at 20']);
    } finally {
      time.end();
    }
  });

  it('is not dropped by its queueTimeout once it has begun', async () => {
    const time = new FakeTime();
    try {
      const handle = runner.postTask(
        steps(function* () {
          for (let i = 0; i < 10; i++) {
            time.block(5);
            yield;
          }
          return 'result';
        }),
        { queueTimeout: 10 },
      );
      await time.pass(5);
      expect(handle.state).to.equal('done');
    } finally {
      time.end();
    }
  });
});
