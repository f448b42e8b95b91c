import { flush, whenIdle } from 'rxjs-task-runner';
import { inEnvironment } from '../support/in-environment.js';
import { brief } from '../support/tasks.js';
import { postSlow, twoRunners } from '../support/two-runners.js';

describe('whenIdle() resolves as soon as nothing is queued and nothing runs', () => {
  it('it waits for what is posted meanwhile, too, as flush() does not', () =>
    inEnvironment(({ env, expectTasks, hear }) => {
      const { page } = twoRunners();
      postSlow(page, 'a', 3);
      hear(whenIdle(page), 'idle');
      hear(flush(page), 'flushed');
      env.at('--x', { x: () => postSlow(page, 'b', 4) });
      expectTasks().toBe({
        page: ' a==b===-',
        heard: '---f---i',
      });
    }));

  it('what is delayed does not count, until it is due', () =>
    inEnvironment(({ expectTasks, hear }) => {
      const { page } = twoRunners();
      postSlow(page, 'a', 3);
      postSlow(page, 'b', 2, 2);
      postSlow(page, 'c', 1, 7);
      hear(whenIdle(page), 'idle');
      expectTasks().toBe({
        page: ' a==b=--c',
        heard: '-----i--',
      });
    }));

  it('that of a pool waits for all its runners', () =>
    inEnvironment(({ expectTasks, hear }) => {
      const { pool, page, news } = twoRunners();
      postSlow(page, 'a', 2);
      postSlow(news, 'x', 4);
      postSlow(pool, 'p', 3);
      hear(whenIdle(page), 'page is idle');
      hear(whenIdle(pool), 'idle');
      expectTasks().toBe({
        page: ' a=---',
        news: ' x===-',
        pool: ' p==--',
        heard: '--p-i',
      });
    }));

  it('a signal takes the wish back, and nothing else changes', () =>
    inEnvironment(({ env, expectTasks, hear }) => {
      const { page } = twoRunners();
      const controller = new AbortController();
      postSlow(page, 'a', 5);
      hear(whenIdle(page, { signal: controller.signal }), 'idle', 'given up');
      env.at('--x', { x: () => controller.abort() });
      expectTasks().toBe({
        page: ' a====',
        heard: '--g--',
      });
    }));
});

describe('whenShutdown() resolves when somebody has shut the runner down', () => {
  it('it asks for no shutdown itself', () =>
    inEnvironment(({ env, expectTasks, hear }) => {
      const { page, news } = twoRunners();
      const controller = new AbortController();
      hear(page.whenShutdown(), 'over');
      hear(news.whenShutdown({ signal: controller.signal }), 'over', 'given up');
      postSlow(page, 'a', 4);
      env.at('--x-----y', { x: () => void page.shutdown(), y: () => controller.abort() });
      expectTasks().toBe({
        page: ' a===-----',
        heard: '----o---g',
      });
    }));

  it('that of a pool, when all its runners have ended what they had begun', () =>
    inEnvironment(({ env, expectTasks, hear }) => {
      const { pool, page, news } = twoRunners();
      hear(pool.whenShutdown(), 'over');
      postSlow(page, 'a', 3);
      postSlow(news, 'x', 6);
      const queued = page.postTask(brief, { name: 'b' });
      hear(queued, 'ran', 'dropped');
      env.at('-x', { x: () => void pool.shutdown() });
      expectTasks().toBe({
        page: ' a==---',
        news: ' x=====-',
        heard: '-d----o',
      });
    }));
});
