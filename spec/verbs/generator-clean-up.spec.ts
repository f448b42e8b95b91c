import { expect } from 'chai';
import { of } from 'rxjs';
import { type Runner, stats, steps, type TaskHandle, ThreadPool, whenIdle } from '../../src/index.js';
import { gate, macrotask, rejectionOf } from '../support/support.js';

describe('A generator task', () => {
  let pool: ThreadPool;
  let runner: Runner;
  let urgent: Runner;
  let errors: unknown[];
  let log: string[];

  beforeEach(() => {
    errors = [];
    log = [];
    pool = new ThreadPool({ workers: 1, onTaskError: (error) => errors.push((error as Error).message) });
    runner = pool.createSequencedTaskRunner({ name: 'index' });
    urgent = pool.createSequencedTaskRunner({ priority: 'user-blocking' });
  });
  afterEach(() => {
    expect(stats(pool)).to.include({ queued: 0, running: 0, busy: 0 });
    expect(stats(runner)).to.include({ queued: 0, running: 0 });
  });

  const noting = (what: string) => (): void => void log.push(what);
  const turns = async (): Promise<void> => {
    for (let i = 0; i < 4; i++) await macrotask();
  };

  /** It yields once, and is cancelled meanwhile; then it cleans up. */
  const cancelled = (cleanUp: () => Iterator<void, void>): TaskHandle<void> => {
    const handle: TaskHandle<void> = runner.postTask(
      steps(function* () {
        urgent.schedule(() => {
          handle.cancel();
        });
        try {
          yield;
        } finally {
          yield* { [Symbol.iterator]: cleanUp } as Iterable<void>;
        }
      }),
    );
    runner.schedule(noting('next'));
    return handle;
  };

  it('whose finally block throws when it is cancelled frees its worker, and the error is reported', async () => {
    const handle = cancelled(() => {
      throw new Error('in finally');
    });
    expect(await rejectionOf(handle)).to.have.property('name', 'AbortError');
    await whenIdle(pool);
    await turns();
    expect({ log, errors }).to.deep.equal({ log: ['next'], errors: ['in finally'] });
  });

  it('whose finally block throws when it is cancelled in its first step reports that too', async () => {
    const handle: TaskHandle<void> = runner.postTask(
      steps(function* () {
        try {
          handle.cancel();
          yield;
        } finally {
          // eslint-disable-next-line no-unsafe-finally -- that is what is tried
          throw new Error('in finally');
        }
      }),
    );
    await rejectionOf(handle);
    await turns();
    expect(errors).to.deep.equal(['in finally']);
  });

  it('that has failed by what it yielded, and throws in its finally block, loses neither error', async () => {
    const handle = runner.postTask(
      steps(function* () {
        try {
          yield Promise.resolve() as never;
        } finally {
          // eslint-disable-next-line no-unsafe-finally -- that is what is tried
          throw new Error('in finally');
        }
      }),
    );
    expect((await rejectionOf(handle)).message).to.contain('may not yield a promise');
    await turns();
    expect(errors).to.deep.equal(['in finally']);
  });

  it('that yields in its finally block when it is cancelled cleans up to the end, and holds its sequence until then', async () => {
    const handle = cancelled(function* () {
      for (const step of ['1', '2', '3']) {
        log.push(`cleans up ${step}`);
        urgent.schedule(noting(`urgent ${step}`));
        yield;
      }
      log.push('is clean');
    });
    await rejectionOf(handle);
    await turns();
    const stepping = ['1', '2', '3'].flatMap((step) => [`cleans up ${step}`, `urgent ${step}`]);
    expect(log).to.deep.equal([...stepping, 'is clean', 'next']);
  });

  it('that returns a promise awaits it, as any task, and holds its sequence and its worker until then', async () => {
    for (const isLate of [false, true]) {
      const hold = gate<string>();
      const handle = runner.postTask(
        steps(function* () {
          if (isLate) {
            urgent.schedule(() => undefined);
            yield;
          }
          return hold.promise;
        }),
      );
      const next = runner.postTask(noting('next'));
      await turns();
      expect({ state: handle.state, busy: stats(pool).busy, log }).to.deep.equal({
        state: 'running',
        busy: 1,
        log: [],
      });
      hold.open('result');
      expect(await handle).to.equal('result');
      await next;
      log = [];
    }
  });

  it('that returns a promise which rejects fails with its error', async () => {
    const handle = runner.postTask(
      steps(function* () {
        urgent.schedule(() => undefined);
        yield;
        return Promise.reject(new Error('expected'));
      }),
    );
    expect((await rejectionOf(handle)).message).to.equal('expected');
  });

  it('that returns an observable has its last value for its result', async () => {
    for (const isLate of [false, true]) {
      const handle = runner.postTask(
        steps(function* () {
          if (isLate) {
            urgent.schedule(() => undefined);
            yield;
          }
          return of(1, 2);
        }),
      );
      expect(await handle).to.equal(2);
    }
  });

  it('that returns its own handle would wait for itself, and fails at once', async () => {
    const handle: TaskHandle<unknown> = runner.postTask(
      steps(function* () {
        urgent.schedule(() => undefined);
        yield;
        return handle;
      }),
    );
    expect(await rejectionOf(handle)).to.have.property('name', 'TaskDeadlockError');
  });
});
