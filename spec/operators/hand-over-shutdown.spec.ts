import { expect } from 'chai';
import { of, Subject, tap } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { ThreadPool, whenIdle } from '../../src/index.js';
import { handOver } from '../../src/operators/index.js';
import { macrotask } from '../support/support.js';
import { logOf } from './support.js';

describe('handOver on a runner that is shut down', () => {
  const make = () => new ThreadPool().createSequencedTaskRunner({ name: 'ui' });

  it('fails, loudly, when values wait', async () => {
    const runner = make();
    const { events } = logOf(of(1, 2).pipe(handOver(runner, { capacity: 9 })));
    await runner.shutdown();
    expect(events).to.deep.equal(['TaskRejectedError shutdown']);
  });

  it('fails at the next value, when it was idle', async () => {
    const runner = make();
    const values = new Subject<number>();
    const { events } = logOf(values.pipe(handOver(runner, { capacity: 9 })));
    values.next(1);
    await whenIdle(runner);
    await runner.shutdown();
    expect(events).to.deep.equal([1]);
    values.next(2);
    expect(events).to.deep.equal([1, 'TaskRejectedError shutdown']);
    expect(values.observed).to.be.false;
  });

  it('fails when a task shuts it down in the middle of a burst', async () => {
    const runner = make();
    const { events } = logOf(of(1, 2).pipe(handOver(runner, { capacity: 9 })));
    runner.postTask(() => void runner.shutdown());
    await runner.whenShutdown();
    expect(events).to.deep.equal([1, 'TaskRejectedError shutdown']);
  });

  it('fails when its own subscriber shuts it down in the middle of a burst', async () => {
    const runner = make();
    const shutDown = tap(() => void runner.shutdown());
    const { events } = logOf(of(1, 2).pipe(handOver(runner, { capacity: 9 }), shutDown));
    await runner.whenShutdown();
    expect(events).to.deep.equal([1, 'TaskRejectedError shutdown']);
  });

  it('is not stuck by a run() in which a value came and was left', async () => {
    const runner = make();
    const values = new Subject<number>();
    const { events } = logOf(values.pipe(handOver(runner, { capacity: 9 })));
    const run = (): void => {
      new TestScheduler(() => undefined).run(() => {
        values.next(1);
        throw new Error('left');
      });
    };
    expect(run).to.throw('left');
    await macrotask();
    values.next(2);
    await whenIdle(runner);
    expect(events).to.deep.equal([1, 2]);
  });
});
