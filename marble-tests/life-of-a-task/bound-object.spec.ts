import { expect } from 'chai';
import { bindToSequence, type TaskRunner, ThreadPool } from 'rxjs-task-runner';
import { type EnvironmentHelpers, inEnvironment, sleep } from '../support/in-environment.js';

const pool = new ThreadPool({ onTaskError: () => undefined });
const store = pool.createSequencedTaskRunner({ name: 'store' });

/** What lives on the sequence of `store`, and has no lock. */
class Counter {
  count = 0;

  async add(ms: number): Promise<number> {
    const before = this.count;
    await sleep(ms);
    return (this.count = before + 1);
  }
}

/** Makes a counter in so many milliseconds. The factory and the disposal have no name: they are `*`. */
const bind = (runner: TaskRunner, ms: number, disposed?: () => unknown) =>
  bindToSequence(runner, async () => {
    await sleep(ms);
    return Object.assign(new Counter(), { dispose: disposed });
  });

const drawn = ({ expectTasks }: EnvironmentHelpers, rows: Record<string, string | string[]>) =>
  expectTasks([store]).toBe(rows, { unnamed: '*' });

describe('An object that is bound to a sequence can be reached by posting only', () => {
  it('no call runs before it is made, and then they run in the order in which they were made', () =>
    inEnvironment((helpers) => {
      const counter = bind(store, 3);
      counter.call((object) => object.add(2), { name: 'a' });
      counter.call((object) => object.add(1), { name: 'b' });
      drawn(helpers, { store: '*==a=b' });
    }));

  it('calls never overlap, so its methods may await without a lock', () =>
    inEnvironment(async (helpers) => {
      const counter = bind(store, 1);
      const results = Promise.all(Array.from('abc', (name) => counter.call((object) => object.add(2), { name })));
      drawn(helpers, { store: '*a=b=c=' });
      await helpers.env.advanceByAsync(20);
      expect(await results).to.deep.equal([1, 2, 3]);
    }));

  it('calls and other tasks of the sequence wait for one another', () =>
    inEnvironment((helpers) => {
      store.postTask(() => sleep(2), { name: 'x' });
      const counter = bind(store, 2);
      store.postTask(() => sleep(2), { name: 'y' });
      counter.call((object) => object.add(2), { name: 'a' });
      drawn(helpers, { store: 'x=*=y=a=' });
    }));

  it('a call may be cancelled, before it begins and while it runs', () =>
    inEnvironment((helpers) => {
      const counter = bind(store, 1);
      const running = counter.call((object) => object.add(4), { name: 'a' });
      const queued = counter.call((object) => object.add(4), { name: 'b' });
      counter.call((object) => object.add(2), { name: 'c' });
      helpers.env.at('--x', {
        x: () => {
          queued.cancel();
          running.cancel();
        },
      });
      // A promise holds the sequence until it settles.
      drawn(helpers, { store: '*a!==c=' });
    }));

  it('dispose() comes after all calls before it, and may take its time', () =>
    inEnvironment((helpers) => {
      const counter = bind(store, 1, () => sleep(3));
      counter.call((object) => object.add(2), { name: 'a' });
      helpers.hear(counter.dispose(), 'disposed');
      store.postTask(() => sleep(1), { name: 'x' });
      drawn(helpers, { store: '*a=*==x' });
      helpers.expectTasks().toBe({ store: '-a=---x', heard: '------d' });
    }));

  it('a factory that fails makes every call fail, in its turn', () =>
    inEnvironment((helpers) => {
      const broken = bindToSequence<Counter>(store, async () => {
        await sleep(2);
        throw new Error('boom');
      });
      const call = broken.call((object) => object.add(9), { name: 'a' });
      helpers.hear(call, 'done', 'failed');
      drawn(helpers, { store: ['*=#', '--(a#)'] });
      helpers.expectTasks().toBe({ store: '--(a#)', heard: '--f' });
    }));

  it('the reply to a call comes to the runner that asks, which goes on meanwhile', () =>
    inEnvironment(({ expectTasks }) => {
      const ui = pool.createSequencedTaskRunner({ name: 'ui' });
      const counter = bind(store, 1);
      const options = { name: 'add', reply: { name: 'show' } };
      const add = (object: Counter) => object.add(3);
      const ask = () => {
        counter.callAndReply(add, () => sleep(2), options);
        counter.callAndReply(add, () => sleep(2), options);
        return sleep(1);
      };
      ui.postTask(ask, { name: 'q' });
      ui.postTask(() => sleep(2), { name: 'x' });
      expectTasks().toBe({
        store: '-a==a==--',
        ui: '   qx=-s=-s=',
      });
    }));

  it('objects of several sequences live side by side', () =>
    inEnvironment(({ expectTasks }) => {
      const other = pool.createSequencedTaskRunner({ name: 'other' });
      const [first, second] = [bind(store, 1), bind(other, 2)];
      for (const name of 'ab') first.call((object) => object.add(3), { name });
      for (const name of 'xy') second.call((object) => object.add(2), { name });
      expectTasks().toBe({
        store: '-a==b==',
        other: '--x=y=-',
      });
    }));
});
