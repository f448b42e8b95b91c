import { expect } from 'chai';
import { Observable } from 'rxjs';
import { useFakeTimers } from 'sinon';
import { currentTaskRunner, type TaskRunner, ThreadPool } from '../../src/index.js';
import { gate, macrotask, rejectionOf } from '../support/support.js';

describe('currentTaskRunner', () => {
  const pool = new ThreadPool({ onTaskError: () => undefined });
  const runner = pool.createSequencedTaskRunner();
  const other = pool.createSequencedTaskRunner();

  it('is undefined outside of any task', async () => {
    expect(currentTaskRunner()).to.be.undefined;
    await runner.postTask(() => 1);
    expect(currentTaskRunner()).to.be.undefined;
  });

  it('is the runner of the task or the action that runs, exactly, in synchronous code', async () => {
    const seen: (TaskRunner | undefined)[] = [];
    const look = (): void => {
      seen.push(currentTaskRunner());
    };
    runner.schedule(look);
    other.withPriority('user-visible').schedule(look);
    pool.schedule(look);
    void runner.postTask(look);
    await macrotask();
    await macrotask();
    expect(seen).to.deep.equal([runner, other, pool, runner]);
  });

  it('is the runner while its task’s observable is being subscribed to', async () => {
    const current = await runner.postTask(
      () =>
        new Observable<TaskRunner | undefined>((subscriber) => {
          subscriber.next(currentTaskRunner());
          subscriber.complete();
        }),
    );
    expect(current).to.equal(runner);
  });

  it('is undefined after an await, where context.runner is the one to use', async () => {
    const [before, after, fromContext] = await runner.postTask(async (context) => {
      const first = currentTaskRunner();
      await macrotask();
      return [first, currentTaskRunner(), context.runner];
    });
    expect([before, after, fromContext]).to.deep.equal([runner, undefined, runner]);
  });

  it('is that of no task in the microtasks between two', async () => {
    const result = gate<unknown>();
    const task = runner.postTask(async () => {
      await Promise.resolve();
      result.open(currentTaskRunner() ?? 'none');
    });
    runner.schedule(() => undefined);
    other.schedule(() => undefined);
    await task;
    expect(await result.promise).to.equal('none');
  });

  it('is undefined again when a task has thrown', async () => {
    await rejectionOf(
      runner.postTask(() => {
        throw new Error('expected');
      }),
    );
    expect(currentTaskRunner()).to.be.undefined;
  });

  it('is that of the inner task while a task lets fake timers run another, and the outer one’s again then', async () => {
    const seen: (TaskRunner | undefined)[] = [];
    await runner.postTask(() => {
      const clock = useFakeTimers();
      try {
        other.schedule(() => seen.push(currentTaskRunner()));
        clock.tick(1);
        seen.push(currentTaskRunner());
      } finally {
        clock.restore();
      }
    });
    expect(seen).to.deep.equal([other, runner]);
  });
});
