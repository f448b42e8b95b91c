import { expect } from 'chai';
import { type ShutdownReport, steps, type TaskHandle, type TaskRunner, ThreadPool } from 'rxjs-task-runner';
import { inEnvironment, sleep } from '../support/in-environment.js';
import { brief } from '../support/tasks.js';
import { twoRunners } from '../support/two-runners.js';

type Behavior = 'block-shutdown' | 'skip-on-shutdown' | 'continue-on-shutdown';

/** A task of so many milliseconds. What becomes of it is in the row, and in the report. */
function post(runner: TaskRunner, name: string, ms: number, shutdownBehavior?: Behavior, delay = 0): TaskHandle<void> {
  const work = async ({ signal }: { signal: AbortSignal }) => {
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    await Promise.race([sleep(ms), aborted]);
  };
  const handle = runner.postTask(work, { name, shutdownBehavior, delay });
  handle.then(undefined, brief);
  return handle;
}

/** Shuts the pool, or one runner of it, down in the second millisecond, and looks at the report when all is over. */
const shutDown = (what: 'pool' | 'page', report: ShutdownReport, rows: Record<string, string>, timeout?: number) =>
  inEnvironment(async ({ env, expectTasks, hear }) => {
    const { pool, page, news } = twoRunners();
    post(page, 'a', 4); //                              has begun
    post(page, 'b', 3, 'block-shutdown'); //            queued, must run
    post(page, 'c', 3); //                              queued, may be dropped
    post(page, 'd', 3, 'block-shutdown', 5); //         delayed
    post(news, 'x', 9, 'continue-on-shutdown'); //      has begun, nobody waits
    const scope = what === 'pool' ? pool : page;
    env.at('-x', { x: () => hear(scope.shutdown({ timeout }), 'over') });
    expectTasks().toBe(rows);
    await env.advanceByAsync(30);
    const { ran, skipped, abandoned } = await scope.shutdown();
    // The names are told in no order.
    expect({ ran: [...ran].sort(), skipped: [...skipped].sort(), abandoned: [...abandoned].sort() }).to.deep.equal(
      report,
    );
  });

describe('A shutdown honours the shutdown behaviour of each task', () => {
  it('of a pool: what has begun ends, what must run does, the rest is dropped, and nobody waits for who continues', () =>
    shutDown(
      'pool',
      { ran: ['a', 'b'], skipped: ['c', 'd'], abandoned: ['x'] },
      {
        page: ' a===b==--',
        news: ' x========',
        heard: '-------o-',
      },
    ));

  it('of one runner: the others go on', () =>
    shutDown(
      'page',
      { ran: ['a', 'b'], skipped: ['c', 'd'], abandoned: [] },
      {
        page: ' a===b==--',
        news: ' x========',
        heard: '-------o-',
      },
    ));

  it('with a timeout it gives up: what runs is cancelled, and told so', () =>
    shutDown(
      'pool',
      { ran: ['a'], skipped: ['c', 'd'], abandoned: ['b', 'x'] },
      {
        page: ' a===b!---',
        news: ' x========',
        heard: '-----o---',
      },
      4,
    ));

  it('what has begun and given way is no task that waits: it ends', () =>
    inEnvironment(async ({ env, expectTasks, hear }) => {
      const { pool, page } = twoRunners();
      const stepping = function* () {
        for (let step = 0; step < 3; step++) {
          env.advanceClock(2);
          yield;
        }
      };
      const handle = page.postTask(steps(stepping), { name: 'g' });
      handle.then(undefined, brief);
      const urgent = new ThreadPool().createSequencedTaskRunner({ name: 'urgent', priority: 'user-blocking' });
      urgent.postDelayedTask(() => hear(pool.shutdown(), 'over'), 1, { name: 'shut down' });
      expectTasks().toBe({
        page: '  g=====',
        urgent: '--s---',
        heard: ' ------o',
      });
      await env.advanceByAsync(20);
      expect(handle.state).to.equal('done');
    }));
});

describe('A shutdown happens once', () => {
  it('whoever asks again waits for the same one, and what comes afterwards is refused', () =>
    inEnvironment(({ env, expectTasks, hear }) => {
      const { pool, page, news } = twoRunners();
      post(page, 'a', 5);
      env.at('-xyz', {
        x: () => hear(pool.shutdown(), 'over'),
        y: () => hear(pool.shutdown(), 'over'),
        z: () => hear(news.postTask(brief, { name: 'never' }), 'ran', 'refused'),
      });
      expectTasks().toBe({
        page: ' a====---',
        heard: '---r-(oo)',
      });
    }));

  it('it may be asked for by a task of its own, which ends before it', () =>
    inEnvironment(({ expectTasks, hear }) => {
      const { pool, page } = twoRunners();
      const last = async () => {
        hear(pool.shutdown(), 'over');
        await sleep(3);
      };
      page.postTask(last, { name: 'last' });
      post(page, 'b', 1);
      expectTasks().toBe({
        page: ' l==-',
        heard: '---o',
      });
    }));

  it('stop() waits for nothing: what waits is dropped, and what runs is cancelled', () =>
    inEnvironment(({ env, expectTasks, hear }) => {
      const { pool, page, news } = twoRunners();
      post(page, 'a', 9);
      post(page, 'b', 2, 'skip-on-shutdown');
      post(news, 'x', 9);
      env.at('--x', { x: () => hear(pool.stop(), 'over') });
      expectTasks().toBe({
        page: ' a=!',
        news: ' x=!',
        heard: '--o',
      });
    }));
});
