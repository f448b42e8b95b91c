import { expect } from 'chai';
import { interval, map, merge, type SchedulerAction } from 'rxjs';
import { configure, type TaskPriority, ThreadPool } from 'rxjs-task-runner';
import { marbles } from 'rxjs-task-runner/testing';
import sinon from 'sinon';
import { onOneThread } from '../support/one-thread.js';
import { brief } from '../support/tasks.js';

const pool = new ThreadPool();
const ui = pool.createSequencedTaskRunner({ priority: 'user-blocking', name: 'ui' });
const page = pool.createSequencedTaskRunner({ priority: 'user-visible', name: 'page' });
const indexing = pool.createSequencedTaskRunner({ priority: 'best-effort', name: 'indexing' });

const COSTS = { ui: { blocks: 2 }, page: { blocks: 1 }, indexing: { blocks: 1 } };

const limit = (maxWait: Partial<Record<Exclude<TaskPriority, 'user-blocking'>, number>>) => configure({ maxWait });

const postAll = (runner: typeof ui, names: string) => {
  for (const name of names) runner.postTask(brief, { name });
};

describe('A lane that has waited for too long gets exactly one task', () => {
  afterEach(() => limit({ 'user-visible': 1_000, 'best-effort': 10_000 }));

  it('which never shows in run(): all that is due in a frame runs in it, so no lane waits', () => {
    limit({ 'user-visible': 1, 'best-effort': 1 });
    marbles(({ expectObservable }) => {
      const unsubscribed = '^---------------!    ';
      const expected = '    -----(uvb)(uvb)(uvb)';
      const ticks = merge(
        interval(5, indexing).pipe(map(() => 'b')),
        interval(5, page).pipe(map(() => 'v')),
        interval(5, ui).pipe(map(() => 'u')),
      );
      expectObservable(ticks, unsubscribed).toBe(expected);
    });
  });

  it('without a limit it waits for ever', () => {
    limit({ 'best-effort': Infinity });
    onOneThread(COSTS, ({ expectTasks }) => {
      postAll(indexing, 'b');
      postAll(ui, 'uuuuuuuu');
      expectTasks().toBe({
        'user-blocking': 'u=u=u=u=u=u=u=u= ',
        'best-effort': '  ----------------b',
      });
    });
  });

  it('with one it gets its turn, once, and then its period begins anew', () => {
    limit({ 'best-effort': 6 });
    onOneThread(COSTS, ({ expectTasks }) => {
      postAll(indexing, 'bcd');
      postAll(ui, 'uuuuuuuu');
      expectTasks().toBe({
        'user-blocking': 'u=u=u=-u=u=u=-u=u= ',
        'best-effort': '  ------b------c----d',
      });
    });
  });

  it('each lane has a limit of its own', () => {
    limit({ 'user-visible': 4, 'best-effort': 8 });
    onOneThread(COSTS, ({ expectTasks }) => {
      postAll(indexing, 'b');
      postAll(page, 'vw');
      postAll(ui, 'uuuuuuuu');
      expectTasks().toBe({
        'user-blocking': 'u=u=-u=u=--u=u=u=u=',
        'user-visible': ' ----v-----w--------',
        'best-effort': '  ---------b---------',
      });
    });
  });

  it('it is the oldest sequence of the lane that gets it', () => {
    limit({ 'best-effort': 4 });
    onOneThread(COSTS, ({ expectTasks }) => {
      const second = pool.createSequencedTaskRunner({ priority: 'best-effort', name: 'indexing' });
      postAll(indexing, 'bc');
      postAll(second, 'xy');
      postAll(ui, 'uuuuuuuu');
      expectTasks().toBe({
        'user-blocking': 'u=u=-u=u=-u=u=-u=u= ',
        'best-effort': '  ----b----x----c----y',
      });
    });
  });

  it('a lane that was served in time has no claim', () => {
    limit({ 'user-visible': 4 });
    onOneThread(COSTS, ({ env, expectTasks }) => {
      postAll(page, 'vwx');
      postAll(ui, 'u');
      // v has its turn while there is no urgent work, and the period begins anew: w waits for four milliseconds again.
      env.at('---x', { x: () => postAll(ui, 'uuu') });
      env.advanceBy(20);
      expectTasks().toBe({
        'user-blocking': 'u=-u=u=-u= ',
        'user-visible': ' --v----w--x',
      });
    });
  });

  it('which never shows under fake timers either: each task has a wake-up of its own there, which no other takes', () => {
    limit({ 'user-visible': Infinity, 'best-effort': Infinity });
    const clock = sinon.useFakeTimers();
    try {
      const ran: string[] = [];
      const note = (name: string) => () => ran.push(`${clock.now}: ${name}`);
      const again = (name: string) =>
        function (this: SchedulerAction<unknown>): void {
          note(name)();
          this.schedule(undefined, 1);
        };
      const urgent = [ui.schedule(again('u'), 1), ui.schedule(again('v'), 1)];
      indexing.schedule(note('b'), 2);
      clock.tick(3);
      for (const action of urgent) action.unsubscribe();
      expect(ran).to.deep.equal(['1: u', '1: v', '2: u', '2: v', '2: b', '3: u', '3: v']);
    } finally {
      clock.restore();
    }
  });
});
