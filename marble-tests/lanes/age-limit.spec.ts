import { expect } from 'chai';
import { interval, map, merge } from 'rxjs';
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

  /**
   * Under fake timers there are turns, a millisecond each, and urgent work that arms itself again fills them. One line
   * is what ran, a column per task, and a space between two turns.
   */
  describe('under fake timers, where urgent work fills the turns', () => {
    let clock: sinon.SinonFakeTimers;

    beforeEach(() => {
      clock = sinon.useFakeTimers();
    });
    afterEach(() => clock.restore());

    /** Runs `turns` turns in which a user-blocking action arms itself again, while `waiting` waits. */
    function turnsOf(turns: number, waiting: (ran: (name: string) => () => void) => void): string {
      let line = '';
      let lastTurn = 0;
      const ran = (name: string) => () => {
        if (clock.now !== lastTurn) line += ' ';
        lastTurn = clock.now;
        line += name;
      };
      const urgent = ui.schedule(function () {
        ran('u')();
        this.schedule();
      });
      waiting(ran);
      clock.tick(turns - 1);
      urgent.unsubscribe();
      return line;
    }

    it('without a limit it waits for ever', () => {
      limit({ 'best-effort': Infinity });
      const line = turnsOf(8, (ran) => indexing.schedule(ran('b'), 0));
      expect(line).to.equal('uu uu uu uu uu uu uu uu');
    });

    it('with one it gets its turn, once', () => {
      limit({ 'best-effort': 3 });
      const line = turnsOf(8, (ran) => {
        for (const name of 'bcd') indexing.schedule(ran(name));
      });
      expect(line).to.equal('uuuu uuuu uuuu buuu uuu uuu uuu cuu');
    });

    it('each lane has a limit of its own', () => {
      limit({ 'user-visible': 2, 'best-effort': 4 });
      const line = turnsOf(6, (ran) => {
        indexing.schedule(ran('b'));
        page.schedule(ran('v'));
      });
      expect(line).to.equal('uuu uuu vuu uu bu u');
    });
  });
});
