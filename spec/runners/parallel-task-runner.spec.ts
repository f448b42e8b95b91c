import { expect } from 'chai';
import { observeOn, of, range, toArray, lastValueFrom } from 'rxjs';
import { flush, type Runner, SequenceChecker, SequenceViolationError, stats, ThreadPool } from '../../src/index.js';
import { SlowTasks } from '../support/slow-tasks.js';
import { errorOf, gate, macrotask, rejectionOf, turns } from '../support/support.js';

describe('A parallel runner', () => {
  let pool: ThreadPool;
  let runner: Runner;
  let log: string[];

  beforeEach(() => {
    pool = new ThreadPool({ workers: Infinity, name: 'app' });
    runner = pool.createParallelTaskRunner({ maxConcurrency: 2, name: 'downloads' });
    log = [];
  });

  const slowTasks = (): ((...names: string[]) => SlowTasks) => {
    const slow = new SlowTasks(runner);
    return (...names) => {
      for (const name of names) void slow.post(name);
      return slow;
    };
  };

  it('starts its tasks in posting order, and never more than its limit', async () => {
    const slow = slowTasks()('a', 'b', 'c', 'd', 'e');
    await turns();
    expect(slow.begun).to.deep.equal(['a', 'b']);
    expect(stats(runner)).to.include({ running: 2, queued: 3 });
    await slow.end('b');
    expect(slow.begun).to.deep.equal(['a', 'b', 'c']);
    await slow.end('a', 'c');
    expect(slow.begun).to.deep.equal(['a', 'b', 'c', 'd', 'e']);
    await slow.end('d', 'e');
    expect(stats(runner)).to.include({ running: 0, queued: 0 });
  });

  it('without a limit, and where no task waits for a worker, is a FIFO for all priorities', async () => {
    const fifo = new ThreadPool({ workers: Infinity }).createParallelTaskRunner({ maxConcurrency: Infinity });
    const started: string[] = [];
    const handles = (['best-effort', 'user-visible', 'user-blocking', 'best-effort'] as const).map((priority, index) =>
      fifo.postTask(() => started.push(`${index} ${priority}`), { priority }),
    );
    await Promise.all(handles);
    expect(started).to.deep.equal(['0 best-effort', '1 user-visible', '2 user-blocking', '3 best-effort']);
  });

  it('never runs a task synchronously', async () => {
    const handle = runner.postTask(() => log.push('ran'));
    expect(log).to.deep.equal([]);
    await handle;
    expect(log).to.deep.equal(['ran']);
  });

  it('lets tasks end in any order, and takes the next one whichever has ended', async () => {
    const slow = new SlowTasks(runner);
    const [a, b, c] = ['a', 'b', 'c'].map((name) => slow.post(name));
    await macrotask();
    await slow.end('b');
    await slow.end('c');
    expect([a!.state, b!.state, c!.state]).to.deep.equal(['running', 'done', 'done']);
    await slow.end('a');
    expect(await Promise.all([a, b, c])).to.deep.equal(['a', 'b', 'c']);
  });

  for (const [workers, maxConcurrency] of [
    [2, 3],
    [3, 2],
  ] as const) {
    it(`runs no more than ${Math.min(workers, maxConcurrency)}: of ${workers} workers and a limit of ${maxConcurrency} both bind`, async () => {
      pool = new ThreadPool({ workers });
      runner = pool.createParallelTaskRunner({ maxConcurrency });
      const slow = slowTasks()('a', 'b', 'c', 'd');
      await turns();
      expect(slow.begun).to.have.lengthOf(2);
      expect(stats(pool).busy).to.equal(2);
      await slow.end('a');
      expect(slow.begun).to.deep.equal(['a', 'b', 'c']);
      await slow.end('b', 'c', 'd');
      expect(slow.begun).to.deep.equal(['a', 'b', 'c', 'd']);
    });
  }

  it('leaves the workers beyond its limit to other runners of the pool', async () => {
    pool = new ThreadPool({ workers: 3 });
    runner = pool.createParallelTaskRunner({ maxConcurrency: 2 });
    const slow = slowTasks()('a', 'b', 'c');
    void slow.post('other', 'user-visible', pool);
    await turns();
    expect(slow.begun).to.have.members(['a', 'b', 'other']);
    await slow.end('a', 'b', 'c', 'other');
  });

  it('holds at most one worker less than the pool has with best-effort work', async () => {
    pool = new ThreadPool({ workers: 3 });
    runner = pool.createParallelTaskRunner({ maxConcurrency: 3, priority: 'best-effort' });
    const slow = new SlowTasks(runner);
    for (const name of ['a', 'b', 'c']) void slow.post(name, 'best-effort');
    await turns();
    expect(slow.begun).to.deep.equal(['a', 'b']);
    await slow.end('a', 'b', 'c');
    expect(slow.begun).to.deep.equal(['a', 'b', 'c']);
  });

  it('takes the next task in the same place when a queued one is cancelled', async () => {
    const slow = slowTasks()('a', 'b');
    const c = slow.post('c');
    void slow.post('d');
    await macrotask();
    c.cancel();
    await slow.end('a');
    expect(slow.begun).to.deep.equal(['a', 'b', 'd']);
    expect(await rejectionOf(c)).to.have.property('name', 'AbortError');
    await slow.end('b', 'd');
  });

  it('keeps the slot of a task that is cancelled while it runs until that has ended', async () => {
    const slow = slowTasks()('b');
    const a = slow.post('a');
    void slow.post('c');
    await turns();
    a.cancel();
    await macrotask();
    expect(slow.begun).to.deep.equal(['b', 'a']);
    await slow.end('a');
    expect(slow.begun).to.deep.equal(['b', 'a', 'c']);
    await rejectionOf(a);
    await slow.end('b', 'c');
  });

  it('does not disturb the other tasks with the error of one', async () => {
    const hold = gate<string>();
    const pending = runner.postTask(() => hold.promise);
    const throwing = runner.postTask(() => {
      throw new Error('thrown');
    });
    const rejecting = runner.postTask(() => Promise.reject(new Error('rejected')));
    const next = runner.postTask(() => 'next');
    expect(await rejectionOf(throwing)).to.have.property('message', 'thrown');
    expect(await rejectionOf(rejecting)).to.have.property('message', 'rejected');
    expect(await next).to.equal('next');
    hold.open('still here');
    expect(await pending).to.equal('still here');
  });

  it('is a scheduler of RxJS, whose actions keep their order and need no worker', async () => {
    pool = new ThreadPool({ workers: 1 });
    runner = pool.createParallelTaskRunner({ maxConcurrency: 2 });
    const slow = new SlowTasks(pool);
    void slow.post('holds the worker');
    await macrotask();
    const values = range(0, 5).pipe(observeOn(runner), toArray());
    expect(await lastValueFrom(values)).to.deep.equal([0, 1, 2, 3, 4]);
    await slow.end('holds the worker');
  });

  it('runs actions in their turn between its tasks, when there is a place free', async () => {
    void runner.postTask(() => log.push('task'));
    of('action')
      .pipe(observeOn(runner))
      .subscribe((value) => log.push(value));
    await runner.postTask(() => log.push('last'));
    expect(log).to.deep.equal(['task', 'action', 'last']);
    const slow = slowTasks()('a', 'b');
    runner.schedule(() => log.push('behind'));
    await turns();
    expect(log).to.not.include('behind');
    await slow.end('a');
    expect(log).to.include('behind');
    await slow.end('b');
  });

  it('takes turns with other runners of its priority, one task at a time', async () => {
    const other = pool.createSequencedTaskRunner();
    const third = pool.createParallelTaskRunner({ maxConcurrency: 1 });
    for (const [name, one] of [
      ['a', runner],
      ['b', other],
      ['c', third],
    ] as const) {
      for (const number of [1, 2, 3]) void one.postTask(() => log.push(`${name}${number}`));
    }
    await turns();
    expect(log).to.deep.equal(['a1', 'b1', 'c1', 'a2', 'b2', 'c2', 'a3', 'b3', 'c3']);
  });

  it('changes the priority of what is queued, in O(1), but not of tasks with a priority of their own', async () => {
    const other = pool.createSequencedTaskRunner();
    void runner.postTask(() => log.push('own'), { priority: 'best-effort' });
    void runner.postTask(() => log.push('follows'));
    void other.postTask(() => log.push('other'));
    runner.setPriority('best-effort');
    expect(runner.priority).to.equal('best-effort');
    await flush(runner);
    expect(log).to.deep.equal(['other', 'own', 'follows']);
    void other.postTask(() => log.push('second'));
    void runner.postTask(() => log.push('first'));
    runner.setPriority('user-blocking');
    await flush(other);
    expect(log.slice(3)).to.deep.equal(['first', 'second']);
    expect(errorOf(() => runner.setPriority('urgent' as 'best-effort'))).to.be.an.instanceof(TypeError);
  });

  it('is no sequence: a SequenceChecker refuses it, even with a limit above what is posted', async () => {
    const checker = new SequenceChecker();
    const handle = runner.postTask(() => checker.assertCalledOnValidSequence());
    expect(await rejectionOf(handle)).to.be.an.instanceof(SequenceViolationError);
    expect(await runner.postTask(() => runner.isCurrent())).to.be.true;
    expect(await pool.postTask(() => runner.isCurrent())).to.be.false;
  });

  it('takes a limit that is a positive integer or Infinity, and nothing else', async () => {
    for (const maxConcurrency of [0, -1, 1.5, NaN, '2' as unknown as number, undefined as unknown as number]) {
      const error = errorOf(() => pool.createParallelTaskRunner({ maxConcurrency }));
      expect(error).to.be.an.instanceof(typeof maxConcurrency === 'number' ? RangeError : TypeError);
      expect(error.message).to.contain('maxConcurrency must be a positive integer or Infinity');
    }
    expect(errorOf(() => pool.createParallelTaskRunner(null as never))).to.be.an.instanceof(TypeError);
    const unlimited = pool.createParallelTaskRunner({ maxConcurrency: Infinity });
    expect(unlimited.maxConcurrency).to.equal(Infinity);
    const slow = new SlowTasks(unlimited);
    for (let i = 0; i < 20; i++) void slow.post(`${i}`);
    await turns();
    expect(slow.begun).to.have.lengthOf(20);
    await slow.end(...slow.begun);
  });
});
