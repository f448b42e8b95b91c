import { expect } from 'chai';
import { asyncScheduler, isObservable, lastValueFrom, of, type SchedulerAction, Subscription, toArray } from 'rxjs';
import {
  bindToSequence,
  DeferredHandle,
  fromTask,
  postRepeatingTask,
  postTaskAndReply,
  type TaskContext,
  type TaskFunction,
  type TaskHandle,
  type TaskRunner,
  type TaskTraits,
  ThreadPool,
} from '../../src/index.js';
import { macrotask } from '../support/support.js';
import { handOver, taskMap } from '../../src/operators/index.js';

/** A runner over a plain array, which a promise empties: it has what `TaskRunner` asks for, and nothing of this library inside. */
class ArrayRunner implements TaskRunner {
  readonly name = 'array';
  readonly priority = 'user-visible';
  readonly traits: TaskTraits = new ThreadPool().traits;
  readonly now = (): number => Date.now();
  private readonly queue: (() => unknown)[] = [];
  private isRunning = false;
  private last: Promise<unknown> = Promise.resolve();

  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay = 0, state?: T): Subscription {
    return asyncScheduler.schedule(work, delay, state);
  }

  postTask<T>(task: TaskFunction<T>, { delay = 0 } = {}): TaskHandle<T> {
    const handle = new DeferredHandle<T>();
    const run = async (): Promise<void> => {
      if (handle.closed) return;
      handle.state = 'running';
      this.isRunning = true;
      try {
        const result = task({ runner: this } as unknown as TaskContext);
        handle.settle('done', await (isObservable(result) ? lastValueFrom(result) : result));
      } catch (error) {
        handle.settle('failed', error);
      }
      this.isRunning = false;
    };
    asyncScheduler.schedule(() => {
      this.queue.push(run);
      this.last = this.last.then(() => this.queue.shift()!());
    }, delay);
    return handle;
  }

  withPriority(): { runner: TaskRunner; now: () => number; schedule: ArrayRunner['schedule'] } {
    return { runner: this, now: this.now, schedule: (...args) => this.schedule(...args) };
  }

  isCurrent(): boolean {
    return this.isRunning;
  }
}

describe('A runner that somebody else has written', () => {
  let runner: ArrayRunner;

  beforeEach(() => {
    runner = new ArrayRunner();
  });

  it('can be that of a task and of its reply in postTaskAndReply', async () => {
    const ours = new ThreadPool().createSequencedTaskRunner();
    expect(
      await postTaskAndReply(
        runner,
        () => 1,
        (one) => one + 1,
        { on: ours },
      ),
    ).to.equal(2);
    expect(
      await postTaskAndReply(
        ours,
        () => 1,
        (one) => one + 1,
        { on: runner },
      ),
    ).to.equal(2);
  });

  it('tells the handle of postTaskAndReply of an error of its task', async () => {
    const failing = postTaskAndReply(
      runner,
      () => {
        throw new Error('of the task');
      },
      () => 'never called',
      { on: runner },
    );
    const message = await failing.then(undefined, (error: unknown) => (error as Error).message);
    expect(message).to.equal('of the task');
  });

  it('repeats a task until its handle is cancelled', async () => {
    let runs = 0;
    const repeating = postRepeatingTask(runner, () => ++runs, { interval: 1 });
    while (runs < 3) await macrotask();
    repeating.cancel('enough');
    const error: unknown = await repeating.then(undefined, (reason: unknown) => reason);
    expect((error as Error).cause).to.equal('enough');
  });

  it('gives fromTask its values, its errors and its end', async () => {
    expect(await lastValueFrom(fromTask(runner, () => of(1, 2)).pipe(toArray()))).to.deep.equal([1, 2]);
    const failing = fromTask(runner, () => Promise.reject(new Error('of the task')));
    const error = await lastValueFrom(failing).catch((reason: unknown) => reason);
    expect((error as Error).message).to.equal('of the task');
  });

  it('runs the tasks of taskMap in the order of the values', async () => {
    const results = of(3, 2, 1).pipe(
      taskMap(runner, async (value) => {
        await macrotask();
        return value * 10;
      }),
      toArray(),
    );
    expect(await lastValueFrom(results)).to.deep.equal([30, 20, 10]);
  });

  it('emits what handOver keeps, the end included', async () => {
    const dropped: number[] = [];
    const kept = of(1, 2, 3, 4).pipe(
      handOver(runner, { capacity: 2, whenFull: 'drop-oldest', onDrop: (value) => dropped.push(value) }),
      toArray(),
    );
    expect(await lastValueFrom(kept)).to.deep.equal([3, 4]);
    expect(dropped).to.deep.equal([1, 2]);
  });

  it('owns the object of bindToSequence', async () => {
    const bound = bindToSequence(runner, () => [1]);
    void bound.call((list) => list.push(2));
    expect(await bound.call((list) => list.join())).to.equal('1,2');
    await bound.dispose();
  });

  it('may have handles that tell of their end by a promise only', async () => {
    const plain: TaskRunner = {
      name: 'plain',
      priority: runner.priority,
      traits: runner.traits,
      now: runner.now,
      schedule: runner.schedule.bind(runner),
      withPriority: () => runner.withPriority(),
      isCurrent: () => false,
      postTask: <T>(task: TaskFunction<T>) => {
        const promise = Promise.resolve().then(() => task({} as TaskContext));
        const handle = Object.assign(new Subscription(), { then: promise.then.bind(promise) });
        return handle as unknown as TaskHandle<T>;
      },
    };
    expect(await lastValueFrom(fromTask(plain, () => 7))).to.equal(7);
    expect(
      await lastValueFrom(
        of(1, 2).pipe(
          taskMap(plain, (value) => value + 1),
          toArray(),
        ),
      ),
    ).to.deep.equal([2, 3]);
  });
});
