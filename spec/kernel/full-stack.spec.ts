import { expect } from 'chai';
import { bounded, flush, stats, ThreadPool, whenIdle } from '../../src/index.js';
import { realScheduler } from '../../src/virtual/in-force.js';

/** How many posts, from the end of the stack back. Beyond a few hundred none throws any more. */
const POSTS = 1000;

/**
 * Calls `attempt` at each of the last frames before the stack is full, from the innermost one outwards, so that it is cut
 * off at every depth. Gives how many of the calls have thrown.
 */
function atTheEndOfTheStack(attempt: (index: number) => void): number {
  let index = 0;
  let thrown = 0;
  const dive = (): void => {
    try {
      dive();
    } catch {
      // It is full here.
    }
    if (index >= POSTS) return;
    try {
      attempt(index);
    } catch (error) {
      thrown++;
      if (!(error instanceof RangeError)) throw error;
    }
    index++;
  };
  const limits = Error as { stackTraceLimit?: number };
  const { stackTraceLimit } = limits;
  // To make the traces of so deep a stack takes seconds.
  limits.stackTraceLimit = 0;
  try {
    dive();
  } finally {
    limits.stackTraceLimit = stackTraceLimit!;
  }
  return thrown;
}

describe('A post that a full stack cuts off', () => {
  let pool: ThreadPool;
  let ran: number[];

  // To compile a function, when it is called for the first time, V8 needs more of the stack than is ever left here; it then
  // cuts Node's own functions off halfway, of timers too.
  before(async () => {
    const warm = new ThreadPool();
    for (let i = 0; i < 100; i++) {
      const runner = warm.createSequencedTaskRunner({ queue: bounded(100) });
      for (let delay = 9; delay > 0; delay--) runner.schedule(() => undefined, delay);
      runner.schedule(() => undefined, 1).unsubscribe();
      await runner.postTask(() => runner.withPriority('user-blocking').schedule(() => undefined));
    }
    await warm.createSequencedTaskRunner().postTask(() => undefined, { delay: 10 });
  });

  beforeEach(() => {
    pool = new ThreadPool({ workers: Infinity });
    ran = [];
  });

  /** Posts at the end of the stack until enough of it was cut off; which posts have succeeded. */
  function postAll(post: (index: number, run: () => void) => unknown): number[] {
    const posted: number[] = [];
    const thrown = atTheEndOfTheStack((index) => {
      post(index, () => ran.push(index));
      posted.push(index);
    });
    expect(thrown).to.be.above(0);
    expect(posted).to.not.be.empty;
    return posted;
  }

  /** That what was posted has run, in order and once, and the loop goes on with empty structures. */
  async function expectAllRan(posted: readonly number[]): Promise<void> {
    await pool.createSequencedTaskRunner({ priority: 'best-effort' }).postTask(() => undefined);
    await whenIdle(pool);
    expect(ran).to.deep.equal(posted);
    expect(stats(pool)).to.include({ queued: 0, delayed: 0, running: 0, busy: 0 });
    expect(realScheduler.lanes.isEmpty).to.equal(true);
  }

  it('to a sequence by schedule, changes nothing, and the loop lives', async () => {
    const runner = pool.createSequencedTaskRunner();
    const posted = postAll((_, run) => runner.schedule(run));
    await expectAllRan(posted);
  });

  it('to a sequence each, changes nothing, and the loop lives', async () => {
    const runners = Array.from({ length: POSTS }, () => pool.createSequencedTaskRunner());
    const posted = postAll((index, run) => runners[index]!.schedule(run));
    await expectAllRan(posted);
  });

  it('of tasks of other priorities, changes nothing, and the loop lives', async () => {
    const runner = pool.createSequencedTaskRunner({ priority: 'best-effort' });
    const priorities = ['best-effort', 'user-visible', 'user-blocking'] as const;
    const posted = postAll((index, run) => runner.withPriority(priorities[index % 3]!).schedule(run));
    await expectAllRan(posted);
  });

  it('by postTask, changes nothing, and the loop lives', async () => {
    const runner = pool.createSequencedTaskRunner();
    const posted = postAll((_, run) => runner.postTask(run));
    await expectAllRan(posted);
  });

  it('to a bounded queue, changes nothing, and the loop lives', async () => {
    const runner = pool.createSequencedTaskRunner({ queue: bounded(10_000) });
    const posted = postAll((_, run) => runner.postTask(run));
    await expectAllRan(posted);
    expect(stats(runner)).to.include({ queued: 0, rejected: 0 });
  });

  it('inside of a task, changes nothing, and the loop lives', async () => {
    const runner = pool.createSequencedTaskRunner();
    let posted: number[] = [];
    await runner.postTask(() => {
      posted = postAll((_, run) => runner.schedule(run));
    });
    await expectAllRan(posted);
  });

  it('with a delay, changes nothing, and what is delayed is due all the same', async () => {
    const runner = pool.createSequencedTaskRunner();
    const posted = postAll((_, run) => runner.schedule(run, 1));
    await runner.postTask(() => undefined, { delay: 2 });
    await flush(runner);
    await expectAllRan(posted);
  });
});
