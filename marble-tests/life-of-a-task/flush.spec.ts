import { flush } from 'rxjs-task-runner';
import { expect } from 'chai';
import { inEnvironment, sleep } from '../support/in-environment.js';
import { postSlow, twoRunners } from '../support/two-runners.js';

describe('flush() resolves when everything that was posted before it has ended', () => {
  it('what comes afterwards does not count, and does not begin before whoever waits has gone on', () =>
    inEnvironment(async ({ env, expectTasks, hear }) => {
      const { page } = twoRunners();
      const order: string[] = [];
      postSlow(page, 'a', 3);
      postSlow(page, 'b', 2);
      const flushed = flush(page);
      hear(flushed, 'flushed');
      const waiting = flushed.then(() => order.push('went on'));
      page.postTask(
        () => {
          order.push('began');
          return sleep(4);
        },
        { name: 'c' },
      );
      expectTasks().toBe({
        page: ' a==b=c===',
        heard: '-----f----',
      });
      await env.advanceByAsync(20);
      await waiting;
      expect(order).to.deep.equal(['went on', 'began']);
    }));

  it('nor does what is delayed and not yet due', () =>
    inEnvironment(({ expectTasks, hear }) => {
      const { page } = twoRunners();
      postSlow(page, 'a', 3);
      postSlow(page, 'd', 2, 5);
      hear(flush(page), 'flushed');
      expectTasks().toBe({
        page: ' a==--d=',
        heard: '---f----',
      });
    }));

  it('nor what other runners do', () =>
    inEnvironment(({ expectTasks, hear }) => {
      const { page, news } = twoRunners();
      postSlow(page, 'a', 2);
      postSlow(news, 'x', 6);
      hear(flush(page), 'flushed');
      expectTasks().toBe({
        page: ' a=----',
        news: ' x=====',
        heard: '--f---',
      });
    }));

  it('with nothing to wait for it resolves at once', () =>
    inEnvironment(({ expectTasks, hear }) => {
      hear(flush(twoRunners().page), 'flushed');
      expectTasks().toBe({ heard: 'f' });
    }));

  it('several are over one after another', () =>
    inEnvironment(({ expectTasks, hear }) => {
      const { page } = twoRunners();
      postSlow(page, 'a', 2);
      hear(flush(page), 'flushed');
      postSlow(page, 'b', 3);
      hear(flush(page), 'flushed');
      expectTasks().toBe({
        page: ' a=b==-',
        heard: '--f--f',
      });
    }));
});
