import { expect } from 'chai';
import { interval, map, observeOn, timer } from 'rxjs';
import { type TaskErrorInfo, ThreadPool } from 'rxjs-task-runner';
import { MarbleAssertionError, marbles } from 'rxjs-task-runner/testing';
import { rawRun } from '../support/raw-run.js';
import { frame, RunOrder } from '../support/run-order.js';
import { brief } from '../support/tasks.js';

const BOOM = new Error('boom');
const boom = (): never => {
  throw BOOM;
};

describe("In virtual time one task's error is its own", () => {
  it('an action that throws makes run() throw, synchronously, so that the test fails', () => {
    const runner = new ThreadPool().createSequencedTaskRunner();
    expect(() => rawRun(() => runner.schedule(boom, 3))).to.throw(BOOM);
  });

  it('so does a task that throws, unless somebody awaits its handle', async () => {
    const runner = new ThreadPool().createSequencedTaskRunner();
    expect(() => rawRun(() => runner.postTask(boom))).to.throw(BOOM);
    const heard = rawRun(() => runner.postTask(boom).then(undefined, (error: unknown) => error));
    expect(await heard).to.equal(BOOM);
  });

  it('so does a task whose observable fails', () => {
    const pool = new ThreadPool();
    expect(() => rawRun(() => pool.postTask(() => timer(3, pool).pipe(map(boom))))).to.throw(BOOM);
  });

  it('marbles() says whose error it was, and when', () => {
    const test = () =>
      marbles(({ runner }) => {
        runner({ name: 'page' }).postDelayedTask(boom, 3, { name: 'load' });
      });
    expect(test)
      .to.throw(MarbleAssertionError, /^'load' of 'page' failed at frame 3, and nobody awaited its handle/)
      .with.property('cause', BOOM);
  });

  it('what a stream throws in an operator is the error of the stream, and nobody else hears of it', () => {
    marbles(({ runner, cold, expectObservable }) => {
      const source = cold('-a-b-|');
      const expected = '   -#    ';
      expectObservable(source.pipe(observeOn(runner()), map(boom))).toBe(expected, undefined, BOOM);
    });
  });

  it('with an error handler the siblings run, in the same frame and later', () => {
    const heard: string[] = [];
    const onTaskError = (error: unknown, info: TaskErrorInfo) =>
      heard.push(`${frame()}: ${(error as Error).message} in ${info.name}`);
    marbles({ onTaskError }, ({ runner, expectTasks }) => {
      const page = runner({ name: 'page' });
      page.postDelayedTask(brief, 2, { name: 'a' });
      page.postDelayedTask(boom, 2, { name: 'x' });
      page.postDelayedTask(brief, 2, { name: 'b' });
      page.postDelayedTask(boom, 8, { name: 'y' });
      page.postDelayedTask(brief, 12, { name: 'c' });
      // A sign in a group belongs to the letter before it: x fails in the frame in which it begins.
      expectTasks().toBe({ page: '--(ax#b)(y#)c' });
    });
    expect(heard).to.deep.equal(['2: boom in x', '8: boom in y']);
  });

  it('a throwing action is closed: an interval ends with its error, and another goes on', () => {
    const heard: number[] = [];
    marbles({ onTaskError: () => heard.push(frame()) }, ({ runner, expectObservable }) => {
      const page = runner();
      const action = page.schedule(function () {
        this.schedule(undefined, 2);
        boom();
      }, 2);
      const unsubscribed = '^-------!';
      const expected = '    --a-b-c-';
      expectObservable(interval(2, page), unsubscribed).toBe(expected, { a: 0, b: 1, c: 2 });
      page.schedule(() => expect(action.closed).to.equal(true), 3);
    });
    expect(heard).to.deep.equal([2]);
  });

  it('the handler is told whose error it is', () => {
    const heard: TaskErrorInfo[] = [];
    const page = marbles({ onTaskError: (_, info) => heard.push(info) }, ({ runner, expectTasks }) => {
      const made = runner({ name: 'page' });
      made.postTask(boom, { name: 'load', priority: 'user-blocking' });
      expectTasks().toBe({ 'user-blocking': '(l#)' });
      return made;
    });
    expect(heard).to.have.lengthOf(1);
    expect(heard[0]!.name).to.equal('load');
    expect(heard[0]!.traits.priority).to.equal('user-blocking');
    expect(heard[0]!.runner).to.equal(page);
  });

  it('each pool has a handler of its own', () => {
    const heard: string[] = [];
    const hearing = (name: string) => new ThreadPool({ name, onTaskError: () => heard.push(`${name} ${frame()}`) });
    marbles(({ expectTasks }) => {
      const first = hearing('first');
      const second = hearing('second');
      first.postDelayedTask(boom, 2, { name: 'a' });
      second.postDelayedTask(boom, 1, { name: 'b' });
      expectTasks().toBe({ first: '--(a#)', second: '-(b#)' });
    });
    expect(heard).to.deep.equal(['second 1', 'first 2']);
  });

  it('a run() that has thrown leaves nothing behind for the next one', () => {
    for (const run of [rawRun, marbles] as const) {
      const runner = new ThreadPool().createSequencedTaskRunner();
      const order = new RunOrder();
      expect(() =>
        run(() => {
          runner.schedule(boom, 2);
          runner.schedule(order.mark('x'), 2);
          runner.schedule(order.mark('y'), 4);
        }),
      ).to.throw(/boom/);
      run(({ expectObservable }) => {
        runner.schedule(order.mark('a'), 2);
        const expected = '--a';
        expectObservable(order.ran).toBe(expected);
      });
    }
  });
});
