import { expect } from 'chai';
import { timer } from 'rxjs';
import {
  type JobHandle,
  type JobOptions,
  postJob,
  type Runner,
  stats,
  steps,
  TaskDeadlockError,
  ThreadPool,
} from '../../src/index.js';
import { TaskEnvironment } from '../../src/testing/index.js';
import { HandmadeRunner } from '../support/handmade-runner.js';
import { RUNNER_KINDS } from '../support/runner-kinds.js';
import { errorOf, gate, type Gate, macrotask, rejectionOf, turns } from '../support/support.js';

describe('postJob', () => {
  let pool: ThreadPool;
  let log: unknown[];
  let pieces: string[];

  beforeEach(() => {
    pool = new ThreadPool({ workers: 4 });
    log = [];
    pieces = [];
  });

  /** Each worker takes pieces until none is left. */
  const pulling = (use: (piece: string, index: number) => unknown): JobOptions => ({
    maxConcurrency: (active) => pieces.length + active,
    work: async (_, { index }) => {
      for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) await use(piece, index);
    },
  });

  describe('posts its workers', () => {
    it('never runs one synchronously, nor asks how many there may be', async () => {
      const job = postJob(pool, {
        maxConcurrency: () => log.push('asked') && 0,
        work: () => log.push('never'),
      });
      expect([log, job.state]).to.deep.equal([[], 'pending']);
      await job;
      expect(log).to.deep.equal(['asked', 'asked']);
    });

    it('one at a time, however many are wanted, so that they never fill a queue', async () => {
      const hold = gate();
      let begun = 0;
      const job = postJob(pool, {
        maxConcurrency: () => Infinity,
        work: () => (begun++, hold.promise),
      });
      expect(stats(pool).queued).to.equal(1);
      await turns();
      // As many as the pool has workers, and the next one.
      expect([begun, stats(pool).queued]).to.deep.equal([4, 1]);
      job.cancel();
      expect(stats(pool).queued).to.equal(0);
      hold.open();
      await rejectionOf(job);
    });

    it('as many as the pieces that nobody has taken, and no more', async () => {
      const hold = gate();
      pieces = ['a', 'b', 'c'];
      const job = postJob(
        pool,
        pulling((piece, index) => {
          log.push([piece, index]);
          return hold.promise;
        }),
      );
      await turns();
      expect(log).to.deep.equal([
        ['a', 0],
        ['b', 1],
        ['c', 2],
      ]);
      expect(stats(pool)).to.include({ queued: 0, busy: 3 });
      hold.open();
      await job;
      expect(job.state).to.equal('done');
    });

    for (const [kind, make] of Object.entries(RUNNER_KINDS)) {
      it(`on ${kind}, whose order and limit hold for them`, async () => {
        const runner = make();
        let [active, most] = [0, 0];
        pieces = ['a', 'b', 'c', 'd', 'e', 'f'];
        const job = postJob(
          runner,
          pulling(async (piece) => {
            most = Math.max(most, ++active);
            log.push(piece);
            await macrotask();
            active--;
          }),
        );
        expect(await job).to.be.undefined;
        expect(log).to.deep.equal(['a', 'b', 'c', 'd', 'e', 'f']);
        const limit = (runner as Partial<Runner>).maxConcurrency ?? Infinity;
        expect(most).to.equal(Math.min(limit, 4));
      });
    }

    it('on a runner that somebody else has written', async () => {
      pieces = ['a', 'b', 'c'];
      await postJob(
        new HandmadeRunner(),
        pulling((piece) => log.push(piece)),
      );
      expect(log).to.deep.equal(['a', 'b', 'c']);
    });

    it('with the name and the priority of the job', async () => {
      const [urgent, other] = [0, 1].map(() => pool.createSequencedTaskRunner());
      void other!.postTask(() => log.push('other'));
      pieces = ['a'];
      const job = postJob(urgent!, {
        ...pulling((piece) => log.push(piece)),
        priority: 'user-blocking',
        name: 'shared',
      });
      expect(String(job)).to.contain("task 'shared'");
      await job;
      await turns();
      expect(log).to.deep.equal(['a', 'other']);
    });
  });

  it('gives each worker the lowest number that no other active worker has', async () => {
    const holds = Array.from({ length: 4 }, () => gate());
    pieces = ['0', '1', '2'];
    const options = pulling((piece, index) => {
      log.push(`${piece} by ${index}`);
      return holds[Number(piece)]!.promise;
    });
    const job = postJob(pool, options);
    await turns();
    holds[1]!.open();
    await turns();
    pieces.push('3');
    job.notifyConcurrencyIncrease();
    await turns();
    expect(log).to.deep.equal(['0 by 0', '1 by 1', '2 by 2', '3 by 1']);
    for (const hold of holds) hold.open();
    await job;
  });

  it('tells maxConcurrency how many workers are active: before one begins, and after one has ended', async () => {
    const hold = gate();
    let wanted = 2;
    const job = postJob(pool, {
      maxConcurrency: (active) => {
        log.push(active);
        return wanted;
      },
      work: () => hold.promise,
    });
    await turns();
    expect(log).to.deep.equal([0, 1]);
    wanted = 0;
    hold.open();
    await job;
    expect(log).to.deep.equal([0, 1, 1, 0]);
  });

  describe('posts a worker again', () => {
    it('that returns while there is work left, behind what others have posted', async () => {
      const runner = pool.createSequencedTaskRunner();
      pieces = ['a', 'b', 'c'];
      const job = postJob(runner, {
        maxConcurrency: () => pieces.length,
        work: () => log.push(pieces.shift()),
      });
      runner.schedule(() => log.push('other'));
      await job;
      expect(log).to.deep.equal(['a', 'other', 'b', 'c']);
    });

    it('that gives way since something more urgent is ready, which then runs first', async () => {
      const urgent = pool.createSequencedTaskRunner({ priority: 'user-blocking' });
      pieces = ['a', 'b', 'c'];
      await postJob(pool, {
        maxConcurrency: () => pieces.length,
        work: (context) => {
          for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) {
            log.push(piece);
            if (piece === 'a') urgent.schedule(() => log.push('urgent'));
            if (context.shouldYield()) return;
          }
        },
      });
      expect(log).to.deep.equal(['a', 'urgent', 'b', 'c']);
    });

    it('that has done nothing, and lets the program go on between two of its runs', async () => {
      let runs = 0;
      const job = postJob(pool, { maxConcurrency: () => 1, work: () => runs++ });
      const other = pool.createSequencedTaskRunner();
      for (let i = 0; i < 3; i++) await other.postTask(() => undefined);
      await macrotask();
      expect(runs).to.be.greaterThan(2);
      job.cancel();
      await rejectionOf(job);
      const before = runs;
      await turns();
      expect(runs).to.equal(before);
    });
  });

  describe('settles as done', () => {
    it('at once when there is no work, without having called it', async () => {
      const job = postJob(
        pool,
        pulling(() => log.push('never')),
      );
      expect(await job).to.be.undefined;
      expect([job.state, log]).to.deep.equal(['done', []]);
    });

    it('when no worker is active and none is wanted, not before the last one has ended', async () => {
      const holds = [gate(), gate()] as [Gate<void>, Gate<void>];
      pieces = ['0', '1'];
      const job = postJob(
        pool,
        pulling((piece) => holds[Number(piece)]!.promise),
      );
      await turns();
      expect([job.state, pieces]).to.deep.equal(['running', []]);
      holds[0].open();
      await turns();
      expect(job.closed).to.equal(false);
      holds[1].open();
      await job;
    });

    it('without the worker that is still queued, which is withdrawn', async () => {
      const runner = pool.createParallelTaskRunner({ maxConcurrency: 2 });
      const hold = gate();
      void runner.postTask(() => hold.promise);
      pieces = ['a', 'b'];
      const job = postJob(
        runner,
        pulling((piece) => log.push(piece)),
      );
      await job;
      expect(log).to.deep.equal(['a', 'b']);
      expect(stats(runner)).to.include({ queued: 0, running: 1 });
      hold.open();
    });
  });

  describe('is told of more work by notifyConcurrencyIncrease', () => {
    it('so that more workers come', async () => {
      const hold = gate();
      pieces = ['a'];
      const job = postJob(
        pool,
        pulling((piece, index) => {
          log.push(`${piece} by ${index}`);
          return hold.promise;
        }),
      );
      await turns();
      pieces.push('b', 'c');
      expect(job.notifyConcurrencyIncrease()).to.equal(true);
      await turns();
      expect(log).to.deep.equal(['a by 0', 'b by 1', 'c by 2']);
      hold.open();
      await job;
    });

    it('from inside a worker too, by its delegate', async () => {
      pieces = ['a'];
      const { maxConcurrency } = pulling(() => undefined);
      await postJob(pool, {
        maxConcurrency,
        work: async (_, { index, notifyConcurrencyIncrease }) => {
          const piece = pieces.shift();
          log.push(`${piece} by ${index}`);
          if (piece !== 'a') return;
          pieces.push('b', 'c');
          log.push(notifyConcurrencyIncrease());
          await turns();
        },
      });
      expect(log).to.deep.equal(['a by 0', true, 'b by 1', 'c by 1']);
    });

    it('and calls no work when there is none', async () => {
      const hold = gate();
      pieces = ['a'];
      const job = postJob(
        pool,
        pulling((piece) => (log.push(piece), hold.promise)),
      );
      await turns();
      for (let i = 0; i < 10; i++) job.notifyConcurrencyIncrease();
      expect(stats(pool).queued).to.equal(1);
      await turns();
      expect([log, stats(pool).queued]).to.deep.equal([['a'], 0]);
      hold.open();
      await job;
    });

    it('and returns false when the job has settled, and posts nothing', async () => {
      const job = postJob(
        pool,
        pulling((piece) => log.push(piece)),
      );
      await job;
      pieces.push('late');
      expect(job.notifyConcurrencyIncrease()).to.equal(false);
      await turns();
      expect([log, pieces]).to.deep.equal([[], ['late']]);
    });
  });

  describe('changes the priority', () => {
    let first: JobHandle;

    beforeEach(() => {
      pieces = ['a', 'b'];
      void pool.createSequencedTaskRunner().postTask(() => log.push('other'));
      first = postJob(pool.createSequencedTaskRunner({ priority: 'best-effort' }), {
        maxConcurrency: () => pieces.length,
        work: () => log.push(pieces.shift()),
      });
    });

    it('of the worker that is queued, and of those to come', async () => {
      first.setPriority('user-blocking');
      await first;
      await turns();
      expect(log).to.deep.equal(['a', 'b', 'other']);
    });

    it('not at all, and throws a TypeError, when there is no such priority', async () => {
      expect(errorOf(() => first.setPriority('high' as never))).to.be.an.instanceof(TypeError);
      await first;
      expect(log).to.deep.equal(['other', 'a', 'b']);
    });
  });

  describe('in virtual time', () => {
    it('has each piece begin at its exact time', async () => {
      const env = new TaskEnvironment();
      const bystander = new ThreadPool({ workers: Infinity });
      pieces = ['a', 'b', 'c', 'd', 'e'];
      const takes: Record<string, number> = { a: 5, b: 2, c: 2, d: 4, e: 1 };
      const runner = pool.createParallelTaskRunner({ maxConcurrency: 2 });
      const job = postJob(
        runner,
        pulling((piece, index) => {
          log.push(`${piece} at ${env.now()} by ${index}`);
          return bystander.postTask(() => undefined, { delay: takes[piece] });
        }),
      );
      void job.then(() => log.push(`done at ${env.now()}`));
      await env.advanceByAsync(20);
      env.dispose();
      const order = ['a at 0 by 0', 'b at 0 by 1', 'c at 2 by 1', 'd at 4 by 1', 'e at 5 by 0', 'done at 8'];
      expect(log).to.deep.equal(order);
    });

    it('needs no promises: workers may be observables and generators', () => {
      const env = new TaskEnvironment();
      pieces = ['a', 'b', 'c'];
      const job = postJob(pool, {
        maxConcurrency: (active) => pieces.length + active,
        work: (context, { index }) => {
          const piece = pieces.shift();
          log.push(`${piece} at ${env.now()} by ${index}`);
          if (piece !== 'c') return timer(3, pool);
          return steps(function* () {
            yield;
            log.push('a step');
          })(context);
        },
      });
      env.advanceBy(10);
      env.dispose();
      expect(log).to.deep.equal(['a at 0 by 0', 'b at 0 by 1', 'c at 0 by 2', 'a step']);
      expect(job.state).to.equal('done');
    });
  });

  describe('awaited inside a task', () => {
    it('of the sequence that it needs, would wait for itself, and the task is told so', async () => {
      const runner = pool.createSequencedTaskRunner();
      const handle = runner.postTask(() =>
        postJob(
          runner,
          pulling(() => undefined),
        ),
      );
      expect(await rejectionOf(handle)).to.be.an.instanceof(TaskDeadlockError);
    });

    it('by waitFor, may use the worker of that task', async () => {
      const one = new ThreadPool({ workers: 1 });
      pieces = ['a', 'b'];
      const handle = one.postTask((context) =>
        context.waitFor(
          postJob(
            one,
            pulling((piece) => log.push(piece)),
          ),
        ),
      );
      await handle;
      expect(log).to.deep.equal(['a', 'b']);
    });
  });

  it('names the rule and the value when an argument is not what it must be, and posts nothing', () => {
    const work = (): void => undefined;
    const maxConcurrency = (): number => 1;
    const cases: [() => unknown, string][] = [
      [() => postJob({} as never, { maxConcurrency, work }), 'postJob needs a runner; got an object.'],
      [() => postJob(pool, undefined as never), 'an object with maxConcurrency and work; got undefined.'],
      [() => postJob(pool, { work } as never), 'The maxConcurrency of a job must be a function; got undefined.'],
      [() => postJob(pool, { maxConcurrency: 3, work } as never), 'must be a function; got 3.'],
      [() => postJob(pool, { maxConcurrency } as never), 'The work of a job must be a function; got undefined.'],
      [() => postJob(pool, { maxConcurrency, work, signal: 1 as never }), 'must be an AbortSignal; got 1.'],
      [() => postJob(pool, { maxConcurrency, work, priority: 'high' as never }), "'high'"],
      [() => postJob(pool, { maxConcurrency, work, shutdownBehavior: 'never' as never }), "'never'"],
    ];
    for (const [call, message] of cases) {
      const error = errorOf(call);
      expect(error).to.be.an.instanceof(TypeError);
      expect(error.message).to.contain(message);
    }
    expect(stats(pool).queued).to.equal(0);
  });
});
