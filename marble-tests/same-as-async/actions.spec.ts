import { expect } from 'chai';
import fc from 'fast-check';
import { asyncScheduler } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { ThreadPool } from 'rxjs-task-runner';
import { RUNNERS } from '../support/same-diagram.js';
import { eventsOf, programs, underFakeTimers, underJumpingTimers } from './programs.js';

const SETTINGS = { seed: 20_240_229, numRuns: 200 };

const pool = new ThreadPool();
const lanes = [
  pool.createSequencedTaskRunner({ priority: 'best-effort' }),
  pool.createSequencedTaskRunner({ priority: 'user-blocking' }),
  pool.createSequencedTaskRunner({ priority: 'user-visible' }),
];

describe('Random programs of actions', () => {
  for (const [name, runner] of RUNNERS) {
    it(`on ${name} give the same events, in the same frames and order, as on asyncScheduler`, () => {
      fc.assert(
        fc.property(programs(1, ['post', 'again', 'rearm', 'unsubscribe']), (program) => {
          expect(eventsOf(program, [runner])).to.deep.equal(eventsOf(program, [asyncScheduler]));
        }),
        SETTINGS,
      );
    });
  }

  it('with delays of 0 do so too', () => {
    fc.assert(
      fc.property(programs(0, ['post', 'again', 'rearm', 'unsubscribe']), (program) => {
        expect(eventsOf(program, [lanes[0]!])).to.deep.equal(eventsOf(program, [asyncScheduler]));
      }),
      SETTINGS,
    );
  });

  it('on runners of three priorities give the same events in the same frames, whatever the order within a frame', () => {
    // Without steps that depend on who runs first in a frame.
    fc.assert(
      fc.property(programs(0, ['again']), (program) => {
        expect([...eventsOf(program, lanes)].sort()).to.deep.equal([...eventsOf(program, [asyncScheduler])].sort());
      }),
      SETTINGS,
    );
  });

  it('on one runner keep their order when there is work on other runners', () => {
    fc.assert(
      fc.property(programs(1, ['again']), (program) => {
        const mine = (event: string) => program[Number(event.split(': ')[1])]!.lane === 0;
        expect(eventsOf(program, lanes).filter(mine)).to.deep.equal(eventsOf(program, [asyncScheduler]).filter(mine));
      }),
      SETTINGS,
    );
  });

  it('in which one arms itself with another delay, and then with its own again, keep no place in a frame', () => {
    for (const [name, scheduler] of [...RUNNERS, ['asyncScheduler', asyncScheduler] as const]) {
      const log: string[] = [];
      new TestScheduler(() => undefined).run(() => {
        scheduler.schedule(function () {
          if (log.push(`${asyncScheduler.now()}: a`) > 1) return;
          this.schedule(undefined, 0);
          this.schedule(undefined, 1);
        }, 1);
        asyncScheduler.schedule(() => log.push(`${asyncScheduler.now()}: b`), 2);
      });
      expect(log, name).to.deep.equal(['1: a', '2: b', '2: a']);
    }
  });
});

describe('Random programs of actions under fake timers', () => {
  for (const [name, runner] of RUNNERS) {
    it(`on ${name} give the same events, in the same milliseconds and order, as on asyncScheduler`, () => {
      fc.assert(
        fc.property(programs(1, ['post', 'again', 'rearm', 'unsubscribe']), (program) => {
          const expected = eventsOf(program, [asyncScheduler], underFakeTimers);
          expect(eventsOf(program, [runner], underFakeTimers)).to.deep.equal(expected);
        }),
        SETTINGS,
      );
    });
  }

  it('do so too when the timers jump, as if the machine slept', () => {
    fc.assert(
      fc.property(programs(1, ['post', 'again', 'rearm', 'unsubscribe']), (program) => {
        const expected = eventsOf(program, [asyncScheduler], underJumpingTimers);
        expect(eventsOf(program, [lanes[0]!], underJumpingTimers)).to.deep.equal(expected);
      }),
      SETTINGS,
    );
  });

  it('with delays of 0 do so too', () => {
    fc.assert(
      fc.property(programs(0, ['post', 'again', 'rearm', 'unsubscribe']), (program) => {
        const expected = eventsOf(program, [asyncScheduler], underFakeTimers);
        expect(eventsOf(program, [lanes[0]!], underFakeTimers)).to.deep.equal(expected);
      }),
      SETTINGS,
    );
  });

  it('on runners of three priorities give the same events in the same milliseconds, whatever the order within one', () => {
    // Without steps that depend on who runs first in a millisecond.
    fc.assert(
      fc.property(programs(1, ['again']), (program) => {
        const expected = eventsOf(program, [asyncScheduler], underFakeTimers);
        expect([...eventsOf(program, lanes, underFakeTimers)].sort()).to.deep.equal([...expected].sort());
      }),
      SETTINGS,
    );
  });
});
