import { observeOn, range } from 'rxjs';
import { ThreadPool } from 'rxjs-task-runner';
import { onOneThread } from '../support/one-thread.js';
import { brief } from '../support/tasks.js';

const pool = new ThreadPool({ name: 'pool' });
const ui = pool.createSequencedTaskRunner({ priority: 'user-blocking', name: 'ui' });
const page = pool.createSequencedTaskRunner({ priority: 'user-visible', name: 'page' });
const news = pool.createSequencedTaskRunner({ priority: 'user-visible', name: 'news' });
const indexing = pool.createSequencedTaskRunner({ priority: 'best-effort', name: 'indexing' });

/** Every task of these takes two milliseconds of the one thread. */
const COSTS = { ui: { blocks: 2 }, page: { blocks: 2 }, news: { blocks: 2 }, indexing: { blocks: 2 } };

const postAll = (runner: typeof ui, names: string) => {
  for (const name of names) runner.postTask(brief, { name });
};

/** A column is a millisecond; in each of them one task runs at the most, for there is one thread. */
describe('On the one thread the higher lane goes first', () => {
  it('strictly: the next lane begins when the higher one is empty', () => {
    onOneThread(COSTS, ({ expectTasks }) => {
      postAll(indexing, 'abc');
      postAll(page, 'vw');
      postAll(ui, 'xyz');
      expectTasks().toBe({
        'user-blocking': 'x=y=z=          ',
        'user-visible': ' ------v=w=      ',
        'best-effort': '  ----------a=b=c=',
      });
    });
  });

  it('urgent work that comes later is the next to run: it overtakes what waits, and interrupts nothing', () => {
    onOneThread(COSTS, ({ env, expectTasks }) => {
      postAll(indexing, 'abcd');
      // Within the time of b.
      env.at('---x', { x: () => postAll(ui, 'u') });
      env.advanceBy(3);
      expectTasks().toBe({
        'user-blocking': '----u=    ',
        'best-effort': '  a=b=--c=d=',
      });
    });
  });

  it('a delay is never too short, and the work of others may make it longer', () => {
    onOneThread(COSTS, ({ env, expectTasks }) => {
      ui.postDelayedTask(brief, 1, { name: 'u' });
      ui.postDelayedTask(brief, 7, { name: 'w' });
      postAll(page, 'vx');
      env.advanceBy(20);
      expectTasks().toBe({
        'user-blocking': '--u=---w=',
        'user-visible': ' v=--x=---',
      });
    });
  });

  it('urgent work that never ends lets nothing else run, as long as nothing else has waited for too long', () => {
    onOneThread(COSTS, ({ env, expectTasks }) => {
      let left = 6;
      const again = (): void => {
        if (--left > 0) ui.postTask(again, { name: 'u' });
      };
      ui.postTask(again, { name: 'u' });
      postAll(page, 'v');
      env.runUntilIdle();
      expectTasks().toBe({
        'user-blocking': 'u=u=u=u=u=u=  ',
        'user-visible': ' ------------v=',
      });
    });
  });
});

describe('On the one thread sequences of a lane take turns, one task at a time', () => {
  it('the oldest first, and then to the end of the lane', () => {
    onOneThread(COSTS, ({ expectTasks }) => {
      postAll(page, 'abc');
      postAll(news, 'xyz');
      expectTasks().toBe({
        page: 'a=--b=--c=  ',
        news: '--x=--y=--z=',
      });
    });
  });

  it('a burst on one runner does not hold up a single task on another', () => {
    onOneThread(COSTS, ({ env, expectTasks }) => {
      postAll(page, 'abcdef');
      env.at('-----x', { x: () => postAll(news, 'n') });
      env.advanceBy(5);
      expectTasks().toBe({
        page: 'a=b=c=d=--e=f=',
        news: '--------n=    ',
      });
    });
  });

  it('a stream that was handed a burst by observeOn takes turns, too', () => {
    onOneThread(COSTS, ({ expectTasks }) => {
      range(1, 4).pipe(observeOn(page)).subscribe();
      postAll(news, 'xyz');
      // Its values, and its end, are actions: `*`.
      expectTasks().toBe(
        {
          page: '*=--*=--*=--*=*=',
          news: '--x=--y=--z=    ',
        },
        { unnamed: '*' },
      );
    });
  });

  it('a slow sequence takes more time, but not more turns', () => {
    onOneThread({ ...COSTS, page: { blocks: 5 } }, ({ expectTasks }) => {
      postAll(page, 'abc');
      postAll(news, 'xyz');
      expectTasks().toBe({
        page: 'a====--b====--c====  ',
        news: '-----x=-----y=-----z=',
      });
    });
  });
});
