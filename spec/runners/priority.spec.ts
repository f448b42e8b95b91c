import { expect } from 'chai';
import { NEVER, type SchedulerLike } from 'rxjs';
import { useFakeTimers } from 'sinon';
import { type Runner, stats, type TaskPriority, ThreadPool, whenIdle } from '../../src/index.js';
import { macrotask } from '../support/support.js';

describe('Priority', () => {
  let pool: ThreadPool;
  let log: string[];

  beforeEach(() => {
    pool = new ThreadPool();
    log = [];
  });

  function runnerOf(priority: TaskPriority): Runner {
    return pool.createSequencedTaskRunner({ priority });
  }

  function post(scheduler: SchedulerLike, ...names: string[]): void {
    for (const name of names) scheduler.schedule(() => log.push(name));
  }

  it('decides between sequences: the higher lane goes first', async () => {
    post(runnerOf('best-effort'), 'lazy');
    post(runnerOf('user-visible'), 'visible');
    post(runnerOf('user-blocking'), 'urgent');
    await whenIdle(pool);
    expect(log).to.deep.equal(['urgent', 'visible', 'lazy']);
  });

  it('lets an urgent task that was posted by a lazy one go before what is left', async () => {
    const lazy = runnerOf('best-effort');
    const urgent = runnerOf('user-blocking');
    lazy.schedule(() => {
      log.push('lazy 1');
      post(urgent, 'urgent');
    });
    post(lazy, 'lazy 2');
    await whenIdle(pool);
    expect(log).to.deep.equal(['lazy 1', 'urgent', 'lazy 2']);
  });

  it('is never inverted: urgent work behind slow work lifts its sequence, and overtakes nothing within it', async () => {
    const lazy = runnerOf('best-effort');
    post(lazy, 'lazy 1', 'lazy 2');
    post(runnerOf('user-visible'), 'visible 1');
    post(lazy.withPriority('user-blocking'), 'urgent');
    post(lazy, 'lazy 3');
    await whenIdle(pool);
    expect(log).to.deep.equal(['lazy 1', 'lazy 2', 'urgent', 'visible 1', 'lazy 3']);
  });

  it('of a sequence falls back when the urgent task in it is cancelled', async () => {
    const lazy = runnerOf('best-effort');
    post(lazy, 'lazy');
    const urgent = lazy.withPriority('user-blocking').schedule(() => log.push('urgent'));
    post(runnerOf('user-visible'), 'visible');
    expect(stats(pool).lanes['user-blocking']).to.equal(2);
    urgent.unsubscribe();
    expect(stats(pool).lanes).to.deep.equal({ 'user-blocking': 0, 'user-visible': 1, 'best-effort': 1 });
    await whenIdle(pool);
    expect(log).to.deep.equal(['visible', 'lazy']);
  });

  it('may be a task’s own', async () => {
    const runner = runnerOf('user-visible');
    post(runnerOf('user-visible'), 'before');
    void runner.postTask(() => log.push('urgent'), { priority: 'user-blocking' });
    void runnerOf('user-visible').postTask(() => log.push('lazy'), { priority: 'background' });
    post(runnerOf('user-visible'), 'after');
    await whenIdle(pool);
    expect(log).to.deep.equal(['urgent', 'before', 'after', 'lazy']);
  });

  it('of a task’s own can be lower than its runner’s', async () => {
    const runner = runnerOf('user-blocking');
    void runner.postTask(() => log.push('lazy'), { priority: 'best-effort' });
    post(runnerOf('user-visible'), 'visible');
    await whenIdle(pool);
    expect(log).to.deep.equal(['visible', 'lazy']);
  });

  it('of a task counts for its worker as it was when the task began, even if that has lifted its sequence meanwhile', async () => {
    const two = new ThreadPool({ workers: 2 });
    const runner = two.createSequencedTaskRunner({ priority: 'user-blocking' });
    const lazy = runner.postTask(
      () => {
        log.push('lazy');
        runner.schedule(() => log.push('urgent, behind it'));
        return NEVER;
      },
      { priority: 'best-effort' },
    );
    const other = two.postTask(() => log.push('also lazy'), { priority: 'best-effort' });
    for (let i = 0; i < 5; i++) await macrotask();
    // One worker of two is left for what is urgent.
    expect(stats(two)).to.include({ busy: 1, queued: 2 });
    expect(log).to.deep.equal(['lazy']);
    lazy.then(null, () => undefined);
    lazy.cancel();
    await other;
    expect(log.slice(1)).to.have.members(['urgent, behind it', 'also lazy']);
  });

  describe('withPriority', () => {
    it('is a cached view of the same sequence', async () => {
      const runner = runnerOf('user-visible');
      const view = runner.withPriority('best-effort');
      expect(view).to.equal(runner.withPriority('background'));
      post(view, '1');
      post(runner, '2');
      post(view, '3');
      post(runner.withPriority('user-blocking'), '4');
      expect(stats(runner).queued).to.equal(4);
      await whenIdle(pool);
      expect(log).to.deep.equal(['1', '2', '3', '4']);
    });

    it('has the clock of its runner', () => {
      const { now } = runnerOf('user-visible').withPriority('best-effort');
      expect(Math.abs(now() - Date.now())).to.be.below(2_000);
    });
  });

  describe('setPriority', () => {
    it('applies to what is queued: what has no priority of its own follows its runner', async () => {
      const runner = runnerOf('best-effort');
      post(runner, 'lifted 1', 'lifted 2');
      post(runnerOf('user-visible'), 'visible');
      runner.setPriority('user-blocking');
      expect(runner.priority).to.equal('user-blocking');
      await whenIdle(pool);
      expect(log).to.deep.equal(['lifted 1', 'lifted 2', 'visible']);
    });

    it('applies to what is delayed', () => {
      const clock = useFakeTimers();
      try {
        const runner = runnerOf('best-effort');
        runnerOf('user-visible').schedule(() => log.push('visible'), 4);
        runner.schedule(() => log.push('lifted'), 4);
        runner.setPriority('user-blocking');
        clock.tick(4);
      } finally {
        clock.restore();
      }
      expect(log).to.deep.equal(['lifted', 'visible']);
    });

    it('leaves tasks alone that have a priority of their own', async () => {
      const runner = runnerOf('user-visible');
      runner.withPriority('best-effort').schedule(() => log.push('own'));
      runner.setPriority('user-blocking');
      post(runnerOf('user-visible'), 'visible');
      expect(stats(pool).lanes['best-effort']).to.equal(1);
      await whenIdle(pool);
      expect(log).to.deep.equal(['visible', 'own']);
    });

    it('can lower, too', async () => {
      const runner = runnerOf('user-blocking');
      post(runner, 'lowered');
      runner.setPriority('background');
      expect(runner.priority).to.equal('best-effort');
      post(runnerOf('user-visible'), 'visible');
      await whenIdle(pool);
      expect(log).to.deep.equal(['visible', 'lowered']);
    });

    it('of an idle runner holds for what is posted later', async () => {
      const runner = runnerOf('best-effort');
      runner.setPriority('user-blocking');
      post(runnerOf('user-visible'), 'visible');
      post(runner, 'urgent');
      await whenIdle(pool);
      expect(log).to.deep.equal(['urgent', 'visible']);
    });

    it('goes for what its runner posts from inside a task at once', async () => {
      const runner = runnerOf('best-effort');
      runner.schedule(() => {
        log.push('1');
        runner.setPriority('user-blocking');
      });
      post(runner, '2');
      await whenIdle(pool);
      post(runnerOf('user-visible'), 'visible');
      post(runner, '3');
      await whenIdle(pool);
      expect(log).to.deep.equal(['1', '2', '3', 'visible']);
    });
  });
});
