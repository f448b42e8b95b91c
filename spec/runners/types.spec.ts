import { expect } from 'chai';
import { asyncScheduler } from 'rxjs';
import {
  bindToSequence,
  KeyedTaskRunner,
  ParallelTaskRunner,
  SequenceBound,
  SequencedTaskRunner,
  type TaskHandle,
  ThreadPool,
} from '../../src/index.js';
import { handOver } from '../../src/operators/index.js';
import { errorOf } from './support.js';

/** Half of each of these is checked by the compiler; scripts/check-package/consumer.ts is the same for the package. */
describe('The types say what happens:', () => {
  const pool = new ThreadPool();
  const runner = pool.createSequencedTaskRunner();
  const fail = (): number => {
    throw new Error('expected');
  };

  it('a reply to errors only gives undefined when the task ends well', async () => {
    const handled: TaskHandle<string | undefined> = runner.postTaskAndReply(
      () => 7,
      { error: () => 'handled' },
      runner,
    );
    // @ts-expect-error It is not always a string.
    const wrong: TaskHandle<string> = handled;
    expect(await wrong).to.equal(undefined);
    expect(await runner.postTaskAndReply(fail, { error: () => 'handled' }, runner)).to.equal('handled');
  });

  it('a reply of two functions gives what either gives', async () => {
    const reply = (task: () => number): TaskHandle<number | string> =>
      runner.postTaskAndReply(task, { next: (n) => n * 2, error: () => 'failed' }, runner);
    expect(await reply(() => 7)).to.equal(14);
    expect(await reply(fail)).to.equal('failed');
  });

  it('a reply that is a function, or has no other, gives what that gives', async () => {
    const one: TaskHandle<number> = runner.postTaskAndReply(
      () => 7,
      (n) => n * 2,
      runner,
    );
    const other: TaskHandle<number> = runner.postTaskAndReply(() => 7, { next: (n) => n * 3 }, runner);
    expect([await one, await other]).to.deep.equal([14, 21]);
  });

  it('what others make cannot be made by new, and says who makes it', () => {
    // @ts-expect-error There is a pool to name.
    const keyed = errorOf(() => new KeyedTaskRunner<string>());
    // @ts-expect-error There is a pool to name, too.
    const sequenced = errorOf(() => new SequencedTaskRunner({ name: 'a' }));
    // @ts-expect-error There is a pool to name, as well.
    const parallel = errorOf(() => new ParallelTaskRunner({ maxConcurrency: 2 }));
    // @ts-expect-error There is a runner to name.
    const bound = errorOf(() => new SequenceBound<number>());
    for (const error of [keyed, sequenced, parallel, bound]) expect(error).to.be.an.instanceof(TypeError);
    expect(keyed.message).to.contain('is made by pool.keyed()');
    expect(sequenced.message).to.contain('is made by pool.createSequencedTaskRunner() or createTaskRunner()');
    expect(parallel.message).to.contain('is made by pool.createParallelTaskRunner()');
    expect(bound.message).to.contain('bindToSequence needs a runner');
    const made: SequenceBound<number> = bindToSequence(runner, () => 7);
    expect(made).to.be.instanceOf(SequenceBound);
  });

  it('a stream is handed over to a runner, a view or a pool, and to no other scheduler', () => {
    const options = { capacity: 1 };
    for (const target of [runner, pool, runner.withPriority('best-effort')]) handOver(target, options);
    // @ts-expect-error Any scheduler would not do.
    expect(errorOf(() => handOver(asyncScheduler, options))).to.be.an.instanceof(TypeError);
  });

  it('a view tells its runner', () => {
    expect(runner.withPriority('best-effort').runner).to.equal(runner);
  });
});
