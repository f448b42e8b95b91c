import { expect } from 'chai';
import {
  concat,
  EMPTY,
  lastValueFrom,
  map,
  NEVER,
  Observable,
  of,
  Subject,
  Subscription,
  throwError,
  timer,
} from 'rxjs';
import { useFakeTimers } from 'sinon';
import { type Runner, type TaskHandle, ThreadPool } from '../../src/index.js';
import { gate, macrotask, rejectionOf, uncaughtDuring } from '../support/support.js';

describe('A posted task', () => {
  let runner: Runner;

  beforeEach(() => {
    runner = new ThreadPool().createSequencedTaskRunner();
  });

  describe('has for its result', () => {
    it('the value that it returns', async () => {
      const value = { a: 1 };
      expect(await runner.postTask(() => value)).to.equal(value);
      expect(await runner.postTask(() => undefined)).to.be.undefined;
      expect(await runner.postTask(() => null)).to.be.null;
      expect(await runner.postTask(() => 0)).to.equal(0);
    });

    it('what its promise, or anything with a then, resolves with', async () => {
      expect(await runner.postTask(async () => 'async')).to.equal('async');
      expect(await runner.postTask(() => Promise.resolve(Promise.resolve('nested')))).to.equal('nested');
      const thenable = {
        then(onFulfilled: (value: string) => void) {
          onFulfilled('thenable');
        },
      } as PromiseLike<string>;
      expect(await runner.postTask(() => thenable)).to.equal('thenable');
    });

    it('the last value of its observable, or undefined when that had none', async () => {
      expect(await runner.postTask(() => of(1, 2, 3))).to.equal(3);
      expect(await runner.postTask(() => EMPTY)).to.be.undefined;
      const source = new Subject<string>();
      const task = runner.postTask(() => source);
      await macrotask();
      source.next('first');
      source.next('last');
      source.complete();
      expect(await task).to.equal('last');
    });

    it('the error that it throws, rejects with, or whose observable ends with', async () => {
      const error = new Error('expected');
      const tasks = [
        () => {
          throw error;
        },
        () => Promise.reject(error),
        () => throwError(() => error),
        () =>
          concat(
            of(1),
            throwError(() => error),
          ),
      ];
      for (const task of tasks) expect(await rejectionOf(runner.postTask<unknown>(task))).to.equal(error);
    });

    it('any error, also one that is falsy or no error at all', async () => {
      for (const reason of [undefined, null, 0, '', 'text']) {
        const thrown = runner.postTask(() => {
          throw reason;
        });
        const rejected = runner.postTask(() => Promise.reject(reason));
        expect(await rejectionOf(thrown)).to.equal(reason);
        expect(await rejectionOf(rejected)).to.equal(reason);
        expect([thrown.state, rejected.state]).to.deep.equal(['failed', 'failed']);
      }
    });
  });

  describe('has a handle that', () => {
    it('is a Subscription, and is closed once it has settled', async () => {
      const handle = runner.postTask(() => 1);
      expect(handle).to.be.an.instanceof(Subscription);
      expect(handle.closed).to.be.false;
      await handle;
      expect(handle.closed).to.be.true;
    });

    it('has no schedule method, since RxJS takes any such object for a scheduler', async () => {
      const handle = runner.postTask(() => 1);
      expect(handle).not.to.have.property('schedule');
      const seen: unknown[] = [];
      of(handle).subscribe((value) => seen.push(value));
      expect(seen).to.deep.equal([handle]);
      await handle;
    });

    it('says what state it is in', async () => {
      const hold = gate();
      const handle = runner.postTask(() => hold.promise);
      const rejects = runner.postTask(() => Promise.reject(new Error('expected')));
      expect(handle.state).to.equal('pending');
      await macrotask();
      expect(handle.state).to.equal('running');
      hold.open();
      await handle;
      expect(handle.state).to.equal('done');
      await rejectionOf(rejects);
      expect(rejects.state).to.equal('failed');
      expect(rejects.closed).to.be.true;
    });

    it('is running while its synchronous part is', async () => {
      const states: string[] = [];
      const handle: TaskHandle<unknown> = runner.postTask(() => states.push(handle.state));
      await handle;
      expect(states).to.deep.equal(['running']);
    });

    it('makes no promise unless somebody calls then', () => {
      const clock = useFakeTimers();
      const RealPromise = globalThis.Promise;
      let made = 0;
      class CountedPromise<T> extends RealPromise<T> {
        constructor(executor: ConstructorParameters<typeof RealPromise<T>>[0]) {
          super(executor);
          made++;
        }
      }
      globalThis.Promise = CountedPromise;
      try {
        const handle = runner.postTask(() => 'value');
        clock.tick(1);
        expect(handle.state).to.equal('done');
        expect(made).to.equal(0);
        void handle.then();
        expect(made).to.be.above(0);
      } finally {
        globalThis.Promise = RealPromise;
        clock.restore();
      }
    });

    it('gives the same to everybody who asks, before and after it has settled', async () => {
      const handle = runner.postTask(() => ({}));
      const [first, second] = await Promise.all([handle, handle.then((value) => value)]);
      expect(second).to.equal(first);
      expect(await handle).to.equal(first);
    });

    it('chains as promises do', async () => {
      const handle = runner.postTask(() => 2);
      expect(await handle.then((value) => value * 2).then(String)).to.equal('4');
      const fails = runner.postTask(() => Promise.reject(new Error('expected')));
      expect(await fails.then(null, (error: unknown) => (error as Error).message)).to.equal('expected');
      expect(await handle.then()).to.equal(2);
    });

    it('settles exactly once, whatever its promise, its observable or its caller do later', async () => {
      let settled = 0;
      let torn = 0;
      const count = (): void => {
        settled++;
      };
      let subscriber!: { next(value: number): void; complete(): void; error(reason: unknown): void };
      const handle = runner.postTask(
        () =>
          new Observable<number>((observer) => {
            subscriber = observer;
          }),
      );
      handle.add(() => torn++);
      void handle.then(count, count);
      await macrotask();
      subscriber.next(1);
      subscriber.complete();
      subscriber.next(2);
      subscriber.error(new Error('late'));
      handle.cancel();
      handle.unsubscribe();
      await macrotask();
      expect([settled, torn]).to.deep.equal([1, 1]);
      expect(await handle).to.equal(1);
      expect(handle.state).to.equal('done');
    });

    it('runs what was added to it when it settles, and at once when it has settled', async () => {
      const log: string[] = [];
      const handle = runner.postTask(() => log.push('ran'));
      const removed = (): void => {
        log.push('removed');
      };
      handle.add(() => log.push('teardown'));
      handle.add(removed);
      handle.remove(removed);
      await handle;
      handle.add(() => log.push('late'));
      expect(log).to.deep.equal(['ran', 'teardown', 'late']);
    });

    it('cancels its task when a subscription it was added to is unsubscribed', async () => {
      const parent = new Subscription();
      const handle = runner.postTask(() => NEVER);
      parent.add(handle);
      await macrotask();
      parent.unsubscribe();
      expect(handle.state).to.equal('cancelled');
      expect(await rejectionOf(handle)).to.have.property('name', 'AbortError');
    });
  });

  for (const [kind, task] of [
    ['a value', () => 'value'],
    ['a promise', async () => 'value'],
    ['an observable', () => of('value')],
    ['an observable that takes time', () => timer(0).pipe(map(() => 'value'))],
  ] as const) {
    it(`of ${kind} frees its sequence when a teardown of its handle throws, and the error is not lost`, async () => {
      let isNextRun = false;
      const uncaught = await uncaughtDuring(async () => {
        const handle = runner.postTask<string>(task);
        handle.add(() => {
          throw new Error('teardown');
        });
        runner.schedule(() => (isNextRun = true));
        expect(await handle).to.equal('value');
        await lastValueFrom(timer(1));
      });
      expect(isNextRun).to.be.true;
      expect(uncaught.length).to.equal(1);
    });
  }
});
