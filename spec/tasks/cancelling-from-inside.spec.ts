import { expect } from 'chai';
import { Observable, of, Subject, tap } from 'rxjs';
import { type Runner, stats, type TaskHandle, ThreadPool } from '../../src/index.js';
import { macrotask, rejectionOf } from '../support/support.js';

describe('Cancelling from inside', () => {
  let runner: Runner;

  beforeEach(() => {
    runner = new ThreadPool().createSequencedTaskRunner();
  });

  it('of a task by itself lets its synchronous part end', async () => {
    const log: string[] = [];
    const handle: TaskHandle<string> = runner.postTask(() => {
      handle.cancel();
      log.push('goes on');
      return 'ignored';
    });
    await rejectionOf(handle);
    expect(log).to.deep.equal(['goes on']);
    expect(handle.state).to.equal('cancelled');
    expect(await runner.postTask(() => 'next')).to.equal('next');
  });

  it('of a task by itself keeps what it returns from being subscribed to', async () => {
    let subscribed = false;
    const handle: TaskHandle<number> = runner.postTask(() => {
      handle.cancel();
      return of(1).pipe(tap({ subscribe: () => (subscribed = true) }));
    });
    await rejectionOf(handle);
    expect(subscribed).to.be.false;
    expect(stats(runner).running).to.equal(0);
  });

  it('of a task by the first value of its own observable unsubscribes from the rest', async () => {
    const log: string[] = [];
    const handle: TaskHandle<number> = runner.postTask(() =>
      new Observable<number>((subscriber) => {
        subscriber.next(1);
        return () => log.push('unsubscribed');
      }).pipe(tap(() => handle.cancel())),
    );
    const error = await rejectionOf(handle);
    expect(error.name).to.equal('AbortError');
    expect(log).to.deep.equal(['unsubscribed']);
    expect(stats(runner).running).to.equal(0);
  });

  it('from an abort listener, or from a teardown, of the same task does nothing more', async () => {
    const source = new Subject<number>();
    let torn = 0;
    const handle: TaskHandle<number> = runner.postTask((context) => {
      context.signal.addEventListener('abort', () => handle.cancel('second'));
      return source;
    });
    handle.add(() => {
      torn++;
      handle.cancel('third');
    });
    await macrotask();
    handle.cancel('first');
    expect((await rejectionOf(handle)).cause).to.equal('first');
    expect(torn).to.equal(1);
    expect(source.observed).to.be.false;
  });
});
