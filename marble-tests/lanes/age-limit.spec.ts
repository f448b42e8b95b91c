import { expect } from 'chai';
import { interval, map, merge } from 'rxjs';
import { configure, ThreadPool } from 'rxjs-task-runner';
import sinon from 'sinon';
import { marbles } from '../support/marbles.js';

const pool = new ThreadPool();
const ui = pool.createSequencedTaskRunner({ priority: 'user-blocking' });
const page = pool.createSequencedTaskRunner({ priority: 'user-visible' });
const indexing = pool.createSequencedTaskRunner({ priority: 'best-effort' });

const restore = () => configure({ maxWait: { 'user-visible': 1_000, 'best-effort': 10_000 } });

describe('A lane that has waited for too long gets exactly one task', () => {
  afterEach(restore);

  it('which never shows in run(): all that is due in a frame runs in it, so no lane waits', () => {
    configure({ maxWait: { 'user-visible': 1, 'best-effort': 1 } });
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
      configure({ maxWait: { 'best-effort': Infinity } });
      const line = turnsOf(8, (ran) => indexing.schedule(ran('b'), 0));
      expect(line).to.equal('uu uu uu uu uu uu uu uu');
    });

    it('with one it gets its turn, once', () => {
      configure({ maxWait: { 'best-effort': 3 } });
      const line = turnsOf(8, (ran) => {
        for (const name of 'bcd') indexing.schedule(ran(name));
      });
      expect(line).to.equal('uuuu uuuu uuuu buuu uuu uuu uuu cuu');
    });

    it('each lane has a limit of its own', () => {
      configure({ maxWait: { 'user-visible': 2, 'best-effort': 4 } });
      const line = turnsOf(6, (ran) => {
        indexing.schedule(ran('b'));
        page.schedule(ran('v'));
      });
      expect(line).to.equal('uuu uuu vuu uu bu u');
    });
  });
});
