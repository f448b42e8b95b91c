import { expect } from 'chai';
import { asyncScheduler } from 'rxjs';
import {
  bindToSequence,
  createSingleThreadTaskRunner,
  keyed,
  type KeyedTaskRunner,
  postTaskAndReply,
  type Runner,
  type SequenceBound,
  type TaskHandle,
  type TaskRunner,
  ThreadPool,
} from '../../src/index.js';
import { handOver } from '../../src/operators/index.js';
import { errorOf } from '../support/support.js';

/** Half of each of these is checked by the compiler; scripts/check-package/consumer.ts is the same for the package. */
describe('The types say what happens:', () => {
  const pool = new ThreadPool();
  const runner = pool.createSequencedTaskRunner();
  const fail = (): number => {
    throw new Error('expected');
  };

  it('a reply to errors only gives undefined when the task ends well', async () => {
    const handled: TaskHandle<string | undefined> = postTaskAndReply(
      runner,
      () => 7,
      { error: () => 'handled' },
      { on: runner },
    );
    // @ts-expect-error It is not always a string.
    const wrong: TaskHandle<string> = handled;
    expect(await wrong).to.equal(undefined);
    expect(await postTaskAndReply(runner, fail, { error: () => 'handled' }, { on: runner })).to.equal('handled');
  });

  it('a reply of two functions gives what either gives', async () => {
    const reply = (task: () => number): TaskHandle<number | string> =>
      postTaskAndReply(runner, task, { next: (n) => n * 2, error: () => 'failed' }, { on: runner });
    expect(await reply(() => 7)).to.equal(14);
    expect(await reply(fail)).to.equal('failed');
  });

  it('a reply that is a function, or has no other, gives what that gives', async () => {
    const one: TaskHandle<number> = postTaskAndReply(
      runner,
      () => 7,
      (n) => n * 2,
      { on: runner },
    );
    const other: TaskHandle<number> = postTaskAndReply(runner, () => 7, { next: (n) => n * 3 }, { on: runner });
    expect([await one, await other]).to.deep.equal([14, 21]);
  });

  it('runners of every kind are one class, and only their makers make them', () => {
    const made: Runner[] = [runner, pool, createSingleThreadTaskRunner()];
    for (const one of made) expect(one.name).to.equal(one.traits.name);
    const byKey: KeyedTaskRunner<string> = keyed(pool);
    // @ts-expect-error A key is of the type that was named.
    byKey.runner(7);
    const bound: SequenceBound<number> = bindToSequence(runner, () => 7);
    expect(bound).to.be.an('object');
    // @ts-expect-error There is a runner to name.
    expect(errorOf(() => keyed())).to.be.an.instanceof(TypeError);
    // @ts-expect-error There is a runner to name, too.
    expect(errorOf(() => bindToSequence(() => 7))).to.be.an.instanceof(TypeError);
  });

  it('whoever has the members of a runner is one, for verbs that ask for no more', async () => {
    const other: TaskRunner = {
      name: runner.name,
      traits: runner.traits,
      priority: runner.priority,
      now: runner.now,
      schedule: runner.schedule.bind(runner),
      postTask: (task, options) => runner.postTask(task, options),
      withPriority: (priority) => runner.withPriority(priority),
      isCurrent: () => runner.isCurrent(),
    };
    const handle: TaskHandle<number> = postTaskAndReply(
      other,
      () => 7,
      (n) => n * 2,
      { on: other },
    );
    expect(await handle).to.equal(14);
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
