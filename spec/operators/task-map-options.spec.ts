import { expect } from 'chai';
import { of, Subject } from 'rxjs';
import { stats, type TaskFunction, ThreadPool, timeLimit, whenIdle } from '../../src/index.js';
import { taskMap } from '../../src/operators/index.js';
import { TaskEnvironment } from '../../src/testing/index.js';
import { logOf } from './support.js';

const same = (value: number): number => value;

describe('The options of taskMap', () => {
  const pool = new ThreadPool();

  it("bound how many values wait: one too many fails with reason 'full', at once, and what waits is cancelled", () => {
    const runner = pool.createSequencedTaskRunner({ name: 'r' });
    const { events } = logOf(of(1, 2, 3).pipe(taskMap(runner, same, { capacity: 2 })));
    expect(events).to.deep.equal(['TaskRejectedError full']);
    expect(stats(runner).queued).to.equal(0);
  });

  for (const [whenFull, kept, expectedDrops] of [
    ['drop-oldest', [3, 4, 'complete'], ['1 of 1', '2 of 2']],
    ['drop-newest', [1, 2, 'complete'], ['3 of 1', '4 of 2']],
  ] as const) {
    it(`drop what is too much with '${whenFull}', and say what and how many`, async () => {
      const runner = pool.createSequencedTaskRunner();
      const drops: string[] = [];
      const onDrop = (value: number, dropped: number): unknown => drops.push(`${value} of ${dropped}`);
      const { events } = logOf(of(1, 2, 3, 4).pipe(taskMap(runner, same, { capacity: 2, whenFull, onDrop })));
      await whenIdle(runner);
      expect(events).to.deep.equal(kept);
      expect(drops).to.deep.equal(expectedDrops);
    });
  }

  it('do not count a task that has begun', async () => {
    const runner = pool.createSequencedTaskRunner();
    const values = new Subject<number>();
    const { events } = logOf(
      values.pipe(
        taskMap(
          runner,
          (value) => {
            if (value === 1) values.next(2);
            return value;
          },
          { capacity: 1 },
        ),
      ),
    );
    values.next(1);
    await whenIdle(runner);
    expect(events).to.deep.equal([1, 2]);
  });

  it('give the tasks their traits', async () => {
    const runner = pool.createSequencedTaskRunner({ name: 'r' });
    const urgent: string[] = [];
    const other = pool.createSequencedTaskRunner();
    other.postTask(() => urgent.push('other'));
    logOf(of(1).pipe(taskMap(runner, () => urgent.push('mapped'), { priority: 'user-blocking', name: 'm' })));
    await whenIdle(pool);
    expect(urgent).to.deep.equal(['mapped', 'other']);
  });

  it('cancel the stream with a signal: it fails with the error of the cancelled task', async () => {
    const runner = pool.createSequencedTaskRunner({ name: 'r' });
    const controller = new AbortController();
    const names: string[] = [];
    of(1, 2)
      .pipe(taskMap(runner, same, { signal: controller.signal }))
      .subscribe({ error: ({ name }: Error) => names.push(name) });
    controller.abort();
    expect(names).to.deep.equal(['AbortError']);
    expect(stats(runner).queued).to.equal(0);
  });

  it('time out a task that waits for too long, which fails the stream', () => {
    using env = new TaskEnvironment({ allowPending: true });
    const runner = pool.createSequencedTaskRunner({ name: 'r' });
    void runner.postTask(() => new Promise<never>(() => undefined));
    const { events } = logOf(of(1).pipe(taskMap(runner, same, { queueTimeout: 3 })));
    env.advanceBy(2);
    expect(events).to.deep.equal([]);
    env.advanceBy(1);
    expect(events).to.deep.equal(['TaskRejectedError timeout']);
  });
});

describe('A project of taskMap', () => {
  it('may have a time limit, which fails the stream when it is over', () => {
    using env = new TaskEnvironment({ allowPending: true });
    const runner = new ThreadPool().createSequencedTaskRunner({ name: 'r' });
    const signals: AbortSignal[] = [];
    const slow: TaskFunction<never> = ({ signal }) => {
      signals.push(signal);
      return new Promise<never>(() => undefined);
    };
    const { events } = logOf(of(1).pipe(taskMap(runner, (_, context) => timeLimit(5, slow)(context))));
    env.advanceBy(4);
    expect(events).to.deep.equal([]);
    env.advanceBy(1);
    expect(events).to.have.lengthOf(1);
    expect(events[0]).to.match(/^error Timed out.*'r'/);
    expect(signals[0]!.aborted).to.be.true;
  });
});
