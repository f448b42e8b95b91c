import { expect } from 'chai';
import { from, observeOn } from 'rxjs';
import { configure, createIdleTaskRunner, type Runner, stats, ThreadPool, whenIdle } from '../../src/index.js';
import { IdleHost } from '../../src/host/idle-host.js';
import { LONGEST_TIMEOUT } from '../../src/host/host.js';
import { settings } from '../../src/kernel/settings.js';
import { TurnScheduler } from '../../src/kernel/turn-scheduler.js';
import { LoopRunner } from '../../src/runners/loop-runner.js';
import { TaskEnvironment } from '../../src/testing/index.js';
import { PageCallbacks } from '../support/page-callbacks.js';
import { macrotask, turns } from '../support/support.js';

describe('An idle runner', () => {
  const before = structuredClone(settings);
  let log: unknown[];

  beforeEach(() => {
    log = [];
  });
  afterEach(() => Object.assign(settings, structuredClone(before)));

  const read = (): unknown[] => log.splice(0);

  describe('where there is requestIdleCallback', () => {
    let page: PageCallbacks;
    let idle: Runner;

    beforeEach(() => {
      page = new PageCallbacks();
      // As createIdleTaskRunner makes one, whose loop is shared, and knows what there was when it was made.
      const host = new IdleHost(
        () => true,
        () => settings.maxWait[2],
      );
      idle = new LoopRunner(new TurnScheduler(host), { name: 'idle' });
    });
    afterEach(() => page.restore());

    it('runs its tasks in idle periods only, one after the other, with all microtasks between two', async () => {
      for (const name of ['a', 'b']) {
        void idle.postTask(async () => {
          log.push(name);
          await Promise.resolve();
          log.push(`end of ${name}`);
        });
      }
      await turns();
      await page.comeFrame();
      expect(read()).to.deep.equal([]);
      await page.comeIdle();
      expect(read()).to.deep.equal(['a', 'end of a', 'b', 'end of b']);
      expect(page.outstanding).to.equal(0);
    });

    it('goes on in the next idle period when one is over', async () => {
      from(['a', 'b', 'c'])
        .pipe(observeOn(idle))
        .subscribe((value) => log.push(value));
      page.remaining = 0;
      await page.comeIdle();
      expect(read()).to.deep.equal(['a']);
      page.remaining = 50;
      await page.comeIdle();
      expect(read()).to.deep.equal(['b', 'c']);
    });

    it('tells a task to yield when the idle period is over', async () => {
      idle.postTask((context) => {
        page.remaining = 1;
        log.push(context.shouldYield());
        page.remaining = 0;
        log.push(context.shouldYield());
      });
      await page.comeIdle();
      expect(read()).to.deep.equal([false, true]);
    });

    it('gets one task after the maxWait of best-effort tasks in any case', async () => {
      configure({ maxWait: { 'best-effort': 3_000 } });
      idle.schedule(() => log.push('a'));
      expect([...new Set(page.timeouts)]).to.deep.equal([3_000]);
      await page.comeIdle();
      expect(read()).to.deep.equal(['a']);
      configure({ maxWait: { 'best-effort': Infinity } });
      idle.schedule(() => log.push('b'));
      expect(page.timeouts.at(-1)).to.equal(LONGEST_TIMEOUT);
      await page.comeIdle();
    });
  });

  describe('where there is none, as in Node,', () => {
    it('runs its tasks while no other task of the program is ready', async () => {
      const idle = createIdleTaskRunner({ name: 'idle' });
      const other = new ThreadPool().createSequencedTaskRunner({ priority: 'best-effort' });
      for (const name of ['idle 1', 'idle 2']) idle.schedule(() => log.push(name));
      let left = 200;
      other.schedule(function () {
        log.push('other');
        if (--left > 0) this.schedule();
      });
      await whenIdle(idle);
      const seen = read();
      expect(seen.slice(0, 200)).to.deep.equal(Array(200).fill('other'));
      expect(seen.slice(200)).to.deep.equal(['idle 1', 'idle 2']);
    });

    it('runs one task each time that the loop was busy for the maxWait of best-effort tasks', async () => {
      let isLoopIdle = false;
      let maxWait = Infinity;
      const page = new PageCallbacks({ hasIdle: false });
      const host = new IdleHost(
        () => isLoopIdle,
        () => maxWait,
      );
      const idle = new LoopRunner(new TurnScheduler(host));
      page.restore();
      for (const name of ['a', 'b', 'c']) idle.schedule(() => log.push(name));
      await turns();
      expect(read()).to.deep.equal([]);
      maxWait = Number.MIN_VALUE;
      while (log.length === 0) await macrotask();
      expect(read()).to.deep.equal(['a']);
      isLoopIdle = true;
      await whenIdle(idle);
      expect(read()).to.deep.equal(['b', 'c']);
    });

    it('wakes once for many posts, and not at all when it has nothing to do', async () => {
      const idle = createIdleTaskRunner();
      for (let i = 0; i < 5; i++) idle.schedule(() => log.push(i));
      await whenIdle(idle);
      expect(read()).to.deep.equal([0, 1, 2, 3, 4]);
      expect(stats(idle)).to.include({ queued: 0, running: 0, delayed: 0 });
    });
  });

  it('is virtual in a TaskEnvironment, as every runner', () => {
    const idle = createIdleTaskRunner();
    const environment = new TaskEnvironment();
    try {
      idle.schedule(() => log.push('ran'));
      environment.runUntilIdle();
      expect(read()).to.deep.equal(['ran']);
    } finally {
      environment.dispose();
    }
  });
});
