import { expect } from 'chai';
import { observeOn, range } from 'rxjs';
import {
  bounded,
  flush,
  hold,
  keyed,
  postRepeatingTask,
  postTaskAndReply,
  rateLimit,
  type Runner,
  stats,
  TaskRejectedError,
  TaskTimeoutError,
  ThreadPool,
  timeLimit,
} from '../../src/index.js';
import { FakeTime } from './fake-time.js';
import { gate, macrotask, rejectionOf } from './support.js';

/** The promises of docs/promises.md about kinds of runners, and about what a task may do: see promises.spec.ts. */
export function promisesOfRunners(): void {
  let pool: ThreadPool;
  let runner: Runner;
  let log: string[];
  const note = (entry: string) => (): void => void log.push(entry);

  beforeEach(() => {
    pool = new ThreadPool();
    runner = pool.createSequencedTaskRunner({ name: 'runner' });
    log = [];
  });

  it('A parallel runner starts its tasks in posting order, and never more than its limit run at once.', async () => {
    const parallel: Runner = pool.createParallelTaskRunner({ maxConcurrency: 2 });
    const gates = ['a', 'b', 'c'].map((name) => {
      const { promise, open } = gate();
      void parallel.postTask(() => (log.push(name), promise));
      return open;
    });
    await macrotask();
    await macrotask();
    expect(log).to.deep.equal(['a', 'b']);
    gates[1]!();
    await macrotask();
    await macrotask();
    expect(log).to.deep.equal(['a', 'b', 'c']);
    expect(stats(parallel).running).to.equal(2);
  });

  it('A bounded queue never drops actions of streams, and rejects the handle of each task that it drops.', async () => {
    const narrow = pool.createSequencedTaskRunner({ queue: bounded(1, 'drop-oldest') });
    const dropped = narrow.postTask(note('dropped'));
    range(1, 3)
      .pipe(observeOn(narrow))
      .subscribe((value) => log.push(`${value}`));
    await narrow.postTask(note('kept'));
    expect(log).to.deep.equal(['1', '2', '3', 'kept']);
    const error = await rejectionOf(dropped);
    expect(error).to.be.instanceOf(TaskRejectedError).with.property('reason', 'full');
    expect(stats(narrow).dropped).to.equal(1);
  });

  it('Within any window of a rate limit, no more tasks start than it allows.', async () => {
    const time = new FakeTime();
    try {
      const limited = pool.createSequencedTaskRunner({ rate: rateLimit({ starts: 2, per: 10 }) });
      const post = (name: string): void => void limited.postTask(time.noting(name));
      post('a');
      await time.pass(9);
      for (const name of ['b', 'c', 'd']) post(name);
      await time.pass(20);
      expect(time.log).to.deep.equal(['a at 0', 'b at 9', 'c at 10', 'd at 19']);
    } finally {
      time.end();
    }
  });

  it('No task of a held runner starts, and a shutdown does not wait for the release.', async () => {
    hold(runner);
    void runner.postTask(note('task'), { shutdownBehavior: 'block-shutdown', name: 'task' });
    runner.schedule(note('action'));
    await macrotask();
    await macrotask();
    expect(log).to.be.empty;
    expect((await runner.shutdown()).ran).to.deep.equal(['task']);
    expect(log).to.deep.equal(['task']);
  });

  it('Tasks of one key run in posting order, even if its runner is looked up again; an idle key is freed.', async () => {
    const byKey = keyed(pool);
    const { promise, open } = gate();
    void byKey.runner('a').postTask(() => promise);
    const second = byKey.runner('a').postTask(note('a'));
    await byKey.runner('b').postTask(note('b'));
    open();
    await second;
    expect(log).to.deep.equal(['b', 'a']);
    await macrotask();
    expect(byKey.size).to.equal(0);
  });

  it('A reply runs on its runner; a failure of the task reaches the handle.', async () => {
    const reply = (value: string): boolean => (log.push(value), runner.isCurrent());
    expect(await postTaskAndReply(pool, () => 'result', reply, { on: runner })).to.equal(true);
    const failing = postTaskAndReply(
      pool,
      (): string => {
        throw new Error('expected');
      },
      reply,
      { on: runner },
    );
    expect((await rejectionOf(failing)).message).to.equal('expected');
    expect(log).to.deep.equal(['result']);
  });

  it('A repeating task never overlaps itself, and at a fixed rate it does not drift.', async () => {
    const time = new FakeTime();
    const lengths = [3, 14, 1];
    const work = async (): Promise<void> => {
      time.note('begins');
      await time.after(lengths.shift()!);
      time.note('ends');
    };
    const handle = postRepeatingTask(pool, work, { interval: 10, mode: 'fixed-rate' });
    await time.pass(45);
    handle.then(undefined, () => undefined);
    handle.cancel();
    time.end();
    const times = ['begins at 10', 'ends at 13', 'begins at 20', 'ends at 34', 'begins at 40', 'ends at 41'];
    expect(time.log).to.deep.equal(times);
  });

  it('`context.yield()` keeps the sequence, and starves no other task.', async () => {
    let hasEnded = false;
    const long = runner.postTask(async (context) => {
      while (log.length < 2) await context.yield();
      hasEnded = true;
    });
    const behind = runner.postTask(() => hasEnded);
    for (const priority of ['user-blocking', 'user-visible'] as const) pool.postTask(note(priority), { priority });
    await long;
    expect(log).to.deep.equal(['user-blocking', 'user-visible']);
    expect(await behind).to.equal(true);
  });

  it('`flush()` is a barrier: all tasks posted before it have ended, and tasks posted after it start later.', async () => {
    const parallel = pool.createParallelTaskRunner({ maxConcurrency: 4 });
    const opened = gate();
    void parallel.postTask(async () => {
      await opened.promise;
      log.push('before');
    });
    const flushed = flush(parallel).then(note('flushed'));
    const after = parallel.postTask(note('after'));
    await macrotask();
    opened.open();
    await Promise.all([flushed, after]);
    expect(log).to.deep.equal(['before', 'flushed', 'after']);
  });

  it('`queueTimeout` drops a task that has not begun, `timeLimit` fails one that has not ended.', async () => {
    const time = new FakeTime();
    const running = runner.postTask(timeLimit(10, () => time.after(20)));
    const waiting = runner.postTask(note('never'), { queueTimeout: 5 });
    const errors = Promise.all([rejectionOf(running), rejectionOf(waiting)]);
    await time.pass(30);
    time.end();
    const [first, second] = await errors;
    expect(first).to.be.instanceOf(TaskTimeoutError);
    expect(second).to.be.instanceOf(TaskRejectedError).with.property('reason', 'timeout');
    expect(log).to.be.empty;
  });
}
