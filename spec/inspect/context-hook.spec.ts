import { expect } from 'chai';
import { defer, finalize, map, NEVER, of, type SchedulerAction, take, timer, toArray } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import sinon from 'sinon';
import {
  type ContextHook,
  postRepeatingTask,
  postTaskAndReply,
  stats,
  steps,
  ThreadPool,
  useContextHook,
} from '../../src/index.js';
import { onPost } from '../../src/kernel/current.js';
import { errorOf, gate, rejectionOf } from '../support/support.js';

/** A context as zone.js has it: what `current` is while code runs inside of it, and until the code returns. */
function zones(): { hook: ContextHook<string>; inside<R>(name: string, call: () => R): R; current(): string } {
  let current = 'root';
  const inside = <R>(name: string, call: () => R): R => {
    const outer = current;
    current = name;
    try {
      return call();
    } finally {
      current = outer;
    }
  };
  return { hook: { capture: () => current, run: inside }, inside, current: () => current };
}

describe('useContextHook', () => {
  let clock: sinon.SinonFakeTimers;
  let zone: ReturnType<typeof zones>;
  let pool: ThreadPool;
  let errors: unknown[];
  /** Who listened to posts without the hook. */
  let listener: typeof onPost;

  beforeEach(() => {
    clock = sinon.useFakeTimers();
    zone = zones();
    errors = [];
    pool = new ThreadPool({ onTaskError: (error) => errors.push(error) });
    listener = onPost;
    useContextHook(zone.hook);
  });
  afterEach(() => {
    useContextHook(null);
    clock.restore();
  });

  it('runs a task in the context of the code that posted it, and nothing else', () => {
    const log: string[] = [];
    const note = (): void => {
      log.push(zone.current());
    };
    zone.inside('a', () => {
      pool.postTask(note);
      pool.postDelayedTask(note, 5);
    });
    zone.inside('b', () => pool.postTask(note));
    pool.postTask(note);
    clock.tick(10);
    note();
    expect(log).to.deep.equal(['a', 'b', 'root', 'a', 'root']);
  });

  it('runs an action each time in the context in which it was scheduled first', () => {
    const log: string[] = [];
    zone.inside('a', () => {
      pool.schedule(
        function (this: SchedulerAction<number>, left = 0) {
          log.push(zone.current());
          if (left > 0) zone.inside('inner', () => this.schedule(left - 1, 3));
        },
        0,
        2,
      );
    });
    clock.tick(10);
    expect(log).to.deep.equal(['a', 'a', 'a']);
  });

  it('subscribes to the observable of a task in its context', () => {
    const log: string[] = [];
    zone.inside('a', () => pool.postTask(() => defer(() => of(log.push(zone.current())))));
    clock.tick(1);
    expect(log).to.deep.equal(['a']);
  });

  it('follows a stream from operator to operator', () => {
    let seen: string[] = [];
    zone.inside('a', () =>
      timer(1, 1, pool)
        .pipe(take(3), map(zone.current), toArray())
        .subscribe((all) => (seen = all)),
    );
    clock.tick(10);
    expect(seen).to.deep.equal(['a', 'a', 'a']);
  });

  it('works in the virtual time of a run()', () => {
    const log: string[] = [];
    new TestScheduler(() => undefined).run(() => {
      zone.inside('a', () => pool.postDelayedTask(() => log.push(zone.current()), 5));
      pool.postTask(() => log.push(zone.current()));
    });
    expect(log).to.deep.equal(['root', 'a']);
  });

  it('runs every step of a generator, every run of a repeating task, and a reply in the context of whoever posted it', () => {
    const log: string[] = [];
    const note = (name: string): void => {
      log.push(`${name} ${zone.current()}`);
    };
    zone.inside('a', () => {
      pool.postTask(
        steps(function* () {
          note('step');
          yield;
          note('step');
        }),
      );
      const repeating = postRepeatingTask(pool, () => note('again'), { interval: 3 });
      zone.inside('b', () =>
        postTaskAndReply(
          pool,
          () => note('task'),
          () => note('reply'),
          { on: pool },
        ),
      );
      timer(7, pool).subscribe(() => repeating.cancel());
    });
    clock.tick(10);
    expect(log.sort()).to.deep.equal(['again a', 'again a', 'reply b', 'step a', 'step a', 'task b']);
  });

  it('gives a context to nobody any more when the hook is taken away, or another one comes', () => {
    const log: string[] = [];
    zone.inside('a', () => pool.postTask(() => log.push(zone.current())));
    const other = zones();
    useContextHook(other.hook);
    zone.inside('b', () => other.inside('of the other', () => pool.postTask(() => log.push(other.current()))));
    clock.tick(1);
    other.inside('a', () => pool.postTask(() => log.push(other.current())));
    useContextHook(null);
    clock.tick(1);
    expect(log).to.deep.equal(['root', 'of the other', 'root']);
    expect(onPost).to.equal(listener);
  });

  it('throws to whoever posts when the hook throws while it captures, and takes nothing in', () => {
    const run = sinon.spy();
    useContextHook({
      capture: () => {
        throw new Error('no context');
      },
      run: (_, call) => call(),
    });
    expect(() => pool.postTask(run)).to.throw('no context');
    expect(() => pool.schedule(run)).to.throw('no context');
    clock.tick(1);
    expect(run.callCount).to.equal(0);
    expect(stats(pool)).to.include({ queued: 0, delayed: 0, busy: 0 });
  });

  describe('fails the task', () => {
    const install = (run: (call: () => unknown) => unknown): void => {
      useContextHook({ capture: () => undefined, run: (_, call) => run(call) as never });
    };

    it('when the hook throws instead of calling it', async () => {
      install(() => {
        throw new Error('no way in');
      });
      const task = sinon.spy();
      const rejected = rejectionOf(pool.postTask(task).then());
      clock.tick(1);
      expect((await rejected).message).to.equal('no way in');
      pool.schedule(task);
      clock.tick(1);
      expect(errors.map(String)).to.deep.equal(['Error: no way in']);
      expect(task.callCount).to.equal(0);
    });

    it('when the hook does not call it, or calls it when it is too late', async () => {
      let late!: () => unknown;
      install((call) => (late = call));
      const task = sinon.spy();
      const handle = pool.postTask(task);
      clock.tick(1);
      expect((await rejectionOf(handle)).message).to.equal(
        'A context hook must call what it is given before it returns.',
      );
      late();
      expect(task.callCount).to.equal(0);
    });

    it('when the hook throws after it has called a task that is pending: that is told to stop, and still has to end', async () => {
      install((call) => {
        call();
        throw new Error('no way out');
      });
      const runner = pool.createSequencedTaskRunner();
      const end = gate();
      const told: unknown[] = [];
      const handle = runner.postTask(async ({ signal, sleep }) => {
        await sleep(1_000).catch((error: unknown) => told.push(error, signal.reason));
        await end.promise;
      });
      clock.tick(1);
      const error = await rejectionOf(handle);
      expect(error.message).to.equal('no way out');
      expect(told).to.deep.equal([error, error]);
      expect([stats(runner).running, stats(pool).busy]).to.deep.equal([1, 0]);
      const closed = sinon.spy();
      const values = rejectionOf(pool.postTask(() => NEVER.pipe(finalize(closed))));
      clock.tick(1);
      expect((await values).message).to.equal('no way out');
      expect(closed.callCount).to.equal(1);
      useContextHook(null);
      end.open();
      const next = runner.postTask(() => 'next');
      await end.promise;
      await clock.tickAsync(1);
      expect(await next).to.equal('next');
      expect(stats(pool)).to.include({ running: 0, busy: 0 });
    });

    it('with its own error, whatever the hook makes of it', async () => {
      install((call) => {
        try {
          return call();
        } catch {
          return undefined;
        }
      });
      const no = new Error('no');
      const handle = pool.postTask(() => {
        throw no;
      });
      clock.tick(1);
      expect(await rejectionOf(handle)).to.equal(no);
    });
  });

  it('runs a task once, though the hook calls it twice', async () => {
    useContextHook({
      capture: () => undefined,
      run: (_, call) => {
        call();
        return call();
      },
    });
    const task = sinon.stub().returns('result');
    const handle = pool.postTask(task);
    clock.tick(1);
    expect(await handle).to.equal('result');
    expect(task.callCount).to.equal(1);
  });

  it('throws at the call site when it is given something else than a hook', () => {
    expect(errorOf(() => useContextHook({ capture: () => 1 } as never))).to.be.an.instanceof(TypeError);
    expect(errorOf(() => useContextHook(1 as never)).message).to.equal(
      'A context hook must have the functions capture and run; got 1.',
    );
  });
});
