import { expect } from 'chai';
import { configure, type Runner, stats, type TaskContext, type TaskHandle, ThreadPool } from '../../src/index.js';
import { gate, macrotask, rejectionOf } from '../support/support.js';

describe('A task', () => {
  let pool: ThreadPool;
  let lazy: Runner;
  let visible: Runner;
  let urgent: Runner;
  let log: string[];

  beforeEach(() => {
    pool = new ThreadPool();
    [lazy, visible, urgent] = (['best-effort', 'user-visible', 'user-blocking'] as const).map((priority) =>
      pool.createSequencedTaskRunner({ priority }),
    ) as [Runner, Runner, Runner];
    log = [];
  });

  const noting = (what: string) => (): void => void log.push(what);

  describe('should yield', () => {
    it('when something more urgent is ready, and not for what is as urgent, or less', async () => {
      const answers = await visible.postTask((context) => {
        const results = [context.shouldYield()];
        for (const runner of [lazy, pool.createSequencedTaskRunner(), visible, urgent]) {
          runner.schedule(() => undefined);
          results.push(context.shouldYield());
        }
        return results;
      });
      expect(answers).to.deep.equal([false, false, false, false, true]);
    });

    it('when the turn has lasted for long enough, whatever else there is', async () => {
      configure({ turnBudget: Number.MIN_VALUE });
      expect(await urgent.postTask((context) => context.shouldYield())).to.be.true;
    });

    it('when it was cancelled', async () => {
      const handle: TaskHandle<void> = visible.postTask((context) => {
        log.push(String(context.shouldYield()));
        handle.cancel();
        log.push(String(context.shouldYield()));
      });
      await rejectionOf(handle);
      expect(log).to.deep.equal(['false', 'true']);
    });

    it('less readily when something urgent waits behind it in its own sequence', async () => {
      const answers = await lazy.postTask((context) => {
        visible.schedule(() => undefined);
        const before = context.shouldYield();
        lazy.withPriority('user-blocking').schedule(() => undefined);
        return [before, context.shouldYield()];
      });
      expect(answers).to.deep.equal([true, false]);
    });

    it('when a delayed task that is more urgent has fallen due meanwhile', async () => {
      let isDue = false;
      const later = urgent.postDelayedTask(() => (isDue = true), 1);
      const answer = await lazy.postTask((context) => {
        while (!context.shouldYield()) expect(isDue).to.be.false;
        return isDue;
      });
      expect(answer).to.be.false;
      await later;
    });
  });

  describe('that has yielded and is cancelled', () => {
    it('goes on at once, with the reason, so that it can end; until it has, its sequence is held', async () => {
      const cleanUp = gate();
      const handle: TaskHandle<void> = lazy.postTask(async (context) => {
        visible.schedule(() => {
          handle.cancel('enough');
        });
        try {
          await context.yield();
          log.push('goes on');
        } catch (error) {
          log.push(`ends: ${(error as Error).name}, ${String((error as Error).cause)}`);
          await cleanUp.promise;
          throw error;
        }
      });
      lazy.schedule(noting('next'));
      const error = await rejectionOf(handle);
      expect(error).to.include({ name: 'AbortError', cause: 'enough' });
      await macrotask();
      expect(log).to.deep.equal(['ends: AbortError, enough']);
      expect(stats(lazy)).to.include({ queued: 1, running: 1 });
      cleanUp.open();
      await macrotask();
      await macrotask();
      expect(log).to.deep.equal(['ends: AbortError, enough', 'next']);
      expect(stats(pool)).to.include({ busy: 0, running: 0, queued: 0 });
    });

    it('and does not wait for it leaves no unhandled rejection', async () => {
      const handle: TaskHandle<void> = lazy.postTask(async (context) => {
        void context.yield();
        handle.cancel();
        void context.yield();
      });
      await rejectionOf(handle);
      for (let i = 0; i < 3; i++) await macrotask();
      expect(stats(pool)).to.include({ busy: 0, running: 0, queued: 0 });
    });
  });

  it('cannot yield after its end', async () => {
    let context!: TaskContext;
    await visible.postTask((given) => {
      context = given;
    });
    expect((await rejectionOf(context.yield())).message).to.contain('has ended');
    const cancelled: TaskHandle<void> = visible.postTask((given) => {
      context = given;
      cancelled.cancel('why');
    });
    await rejectionOf(cancelled);
    expect(await rejectionOf(context.yield())).to.have.property('cause', 'why');
    expect(stats(pool)).to.include({ busy: 0, running: 0, queued: 0 });
  });
});
