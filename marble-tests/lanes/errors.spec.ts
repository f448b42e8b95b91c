import { expect } from 'chai';
import { interval, map, observeOn, timer } from 'rxjs';
import { type TaskErrorInfo, ThreadPool } from 'rxjs-task-runner';
import { marbles } from '../support/marbles.js';
import { frame, RunOrder } from '../support/run-order.js';

const BOOM = new Error('boom');
const boom = (): never => {
  throw BOOM;
};

describe("In virtual time one task's error is its own", () => {
  it('an action that throws makes run() throw, synchronously, so that the test fails', () => {
    const runner = new ThreadPool().createSequencedTaskRunner();
    expect(() => marbles(() => runner.schedule(boom, 3))).to.throw(BOOM);
  });

  it('so does a task that throws, unless somebody awaits its handle', async () => {
    const runner = new ThreadPool().createSequencedTaskRunner();
    expect(() => marbles(() => runner.postTask(boom))).to.throw(BOOM);
    const heard = marbles(() => runner.postTask(boom).then(undefined, (error: unknown) => error));
    expect(await heard).to.equal(BOOM);
  });

  it('so does a task whose observable fails', () => {
    const pool = new ThreadPool();
    expect(() => marbles(() => pool.postTask(() => timer(3, pool).pipe(map(boom))))).to.throw(BOOM);
  });

  it('what a stream throws in an operator is the error of the stream, and nobody else hears of it', () => {
    marbles(({ cold, expectObservable }) => {
      const runner = new ThreadPool().createSequencedTaskRunner();
      const source = cold('-a-b-|');
      const expected = '   -#    ';
      expectObservable(source.pipe(observeOn(runner), map(boom))).toBe(expected, undefined, BOOM);
    });
  });

  it('with an error handler the siblings run, in the same frame and later', () => {
    const heard: string[] = [];
    const pool = new ThreadPool({
      onTaskError: (error, info) => heard.push(`${frame()}: ${(error as Error).message} in ${info.name}`),
    });
    const runner = pool.createSequencedTaskRunner({ name: 'runner' });
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      runner.schedule(order.mark('a'), 2);
      runner.schedule(boom, 2);
      runner.schedule(order.mark('b'), 2);
      runner.schedule(boom, 6);
      runner.schedule(order.mark('c'), 7);
      const expected = '--(ab)-c';
      expectObservable(order.ran).toBe(expected);
    });
    expect(heard).to.deep.equal(['2: boom in runner', '6: boom in runner']);
  });

  it('a throwing action is closed: an interval ends with its error, and another goes on', () => {
    const heard: number[] = [];
    const pool = new ThreadPool({ onTaskError: () => heard.push(frame()) });
    marbles(({ expectObservable }) => {
      const runner = pool.createSequencedTaskRunner();
      const action = runner.schedule(function () {
        this.schedule(undefined, 2);
        boom();
      }, 2);
      const unsubscribed = '^-------!';
      const expected = '    --a-b-c-';
      expectObservable(interval(2, runner), unsubscribed).toBe(expected, { a: 0, b: 1, c: 2 });
      runner.schedule(() => expect(action.closed).to.equal(true), 3);
    });
    expect(heard).to.deep.equal([2]);
  });

  it('the handler is told whose error it is', () => {
    const heard: TaskErrorInfo[] = [];
    const pool = new ThreadPool({ onTaskError: (_, info) => heard.push(info) });
    const runner = pool.createSequencedTaskRunner({ name: 'runner' });
    marbles(() => {
      runner.postTask(boom, { name: 'load', priority: 'user-blocking' });
    });
    expect(heard).to.have.lengthOf(1);
    expect(heard[0]!.name).to.equal('load');
    expect(heard[0]!.traits.priority).to.equal('user-blocking');
    expect(heard[0]!.runner).to.equal(runner);
  });

  it('a run() that has thrown leaves nothing behind for the next one', () => {
    const runner = new ThreadPool().createSequencedTaskRunner();
    const order = new RunOrder();
    expect(() =>
      marbles(() => {
        runner.schedule(boom, 2);
        runner.schedule(order.mark('x'), 2);
        runner.schedule(order.mark('y'), 4);
      }),
    ).to.throw(BOOM);
    marbles(({ expectObservable }) => {
      runner.schedule(order.mark('a'), 2);
      const expected = '--a';
      expectObservable(order.ran).toBe(expected);
    });
  });
});
