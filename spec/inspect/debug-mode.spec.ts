import { expect } from 'chai';
import { EMPTY, finalize, NEVER, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import sinon from 'sinon';
import { enableDebugMode, stats, type TaskEvent, ThreadPool } from '../../src/index.js';
import { postedFrom } from '../../src/inspect/posted-from.js';
import { hub } from '../../src/kernel/events.js';
import type { Task } from '../../src/kernel/task.js';
import { DebugRig } from '../support/debug-rig.js';
import { areCollected, errorOf, gate, microtasks } from '../support/support.js';
import { observe } from '../support/observer-log.js';

const HERE = /debug-mode\.spec\.ts:\d+$/;

describe('enableDebugMode', () => {
  let rig: DebugRig;

  beforeEach(() => (rig = new DebugRig()));
  afterEach(() => rig.dispose());

  describe('postedFrom', () => {
    it('is the file and the line of whoever posted a task, or scheduled an action, through RxJS too', () => {
      rig.enable();
      const places: (string | undefined)[] = [];
      const observing = observe({ posted: (event) => places.push(event.task.postedFrom) });
      rig.pool.postTask(() => undefined);
      rig.pool.schedule(() => undefined);
      timer(1, rig.pool).subscribe();
      observing.unsubscribe();
      const lines = places.map((place) => Number(/debug-mode\.spec\.ts:(\d+)$/.exec(place ?? '')?.[1]));
      expect(lines.map((line) => line - lines[0]!)).to.deep.equal([0, 1, 2]);
    });

    it('stays with the task, and is known of none that was posted before or after', () => {
      const task = (): Task => rig.pool.postTask(() => undefined) as unknown as Task;
      const before = task();
      const debugging = rig.enable();
      const during = task();
      expect(postedFrom(before)).to.equal(undefined);
      expect(postedFrom(during)).to.match(HERE);
      const events: TaskEvent[] = [];
      rig.subscriptions.push(observe({ finished: (event) => events.push(event) }));
      rig.clock.tick(1);
      expect(events.map(({ task: { postedFrom: place } }) => place !== undefined)).to.deep.equal([false, true]);
      debugging.unsubscribe();
      expect(postedFrom(task())).to.equal(undefined);
    });

    it('is told to onTaskError', () => {
      rig.enable();
      let place: string | undefined;
      new ThreadPool({ onTaskError: (_, info) => (place = info.postedFrom) }).postTask(() => {
        throw new Error('no');
      });
      rig.clock.tick(1);
      expect(place).to.match(HERE);
    });

    it('keeps no chain of tasks that post each other', async () => {
      rig.enable();
      const references: WeakRef<object>[] = [];
      const post = (left: number): void => {
        const handle = rig.pool.postTask(() => {
          if (left > 0) post(left - 1);
        });
        references.push(new WeakRef(handle));
      };
      post(20);
      rig.clock.tick(100);
      expect(references).to.have.length(21);
      rig.dispose();
      // The last one is forgotten when another task begins; one that runs may be on the stack of this function still.
      expect(await areCollected(references.slice(0, -2))).to.equal(true);
    });

    it('is kept until the last of several debug modes is over', () => {
      const first = rig.enable();
      const second = rig.enable();
      first.unsubscribe();
      expect(postedFrom(rig.pool.postTask(() => undefined) as unknown as Task)).to.match(HERE);
      second.unsubscribe();
      expect(postedFrom(rig.pool.postTask(() => undefined) as unknown as Task)).to.equal(undefined);
    });
  });

  it('reports what is held for more than a second to console.warn, unless it is told otherwise', () => {
    const warn = sinon.stub(console, 'warn');
    try {
      rig.subscriptions.push(enableDebugMode());
      const runner = rig.pool.createSequencedTaskRunner();
      runner.postTask(() => NEVER);
      runner.postTask(() => undefined);
      rig.clock.tick(999);
      expect(warn.callCount).to.equal(0);
      rig.clock.tick(2);
      expect(warn.callCount).to.equal(1);
    } finally {
      warn.restore();
    }
  });

  it('reports nothing any more when it is over, and leaves no timer and no observer', () => {
    const wasHeard = hub.isHeard;
    const debugging = rig.enable({ heldFor: 100 });
    const runner = rig.pool.createSequencedTaskRunner();
    runner.postTask(() => NEVER);
    runner.postTask(() => undefined);
    rig.clock.tick(50);
    debugging.unsubscribe();
    expect(rig.clock.countTimers()).to.equal(0);
    expect(hub.isHeard).to.equal(wasHeard);
    rig.clock.tick(1_000);
    expect(rig.reports).to.deep.equal([]);
  });

  it('works by the frames of a run(), which ends by itself', () => {
    rig.enable({ heldFor: 100 });
    const ended: string[] = [];
    new TestScheduler(() => undefined).run(() => {
      const runner = rig.pool.createSequencedTaskRunner({ name: 'account' });
      runner.postTask(() => NEVER, { name: 'holds' });
      runner.postDelayedTask(() => undefined, 250, { name: 'waits' });
      rig.pool.postTask(() => timer(40, rig.pool).pipe(finalize(() => ended.push('ended'))));
      rig.pool.postTask(() => EMPTY);
    });
    expect(ended).to.deep.equal(['ended']);
    expect(rig.reports.length).to.equal(1);
    expect(rig.reports[0]).to.contain("'holds'").and.to.contain("'waits'").and.to.contain('since 0 by its clock');
  });

  it('counts its timers in no pool, and tells no observer of them', () => {
    rig.enable({ heldFor: 100 });
    const log: string[] = [];
    rig.subscriptions.push(observe({ posted: () => log.push('posted'), started: () => log.push('started') }));
    rig.pool.postTask(() => NEVER);
    rig.clock.tick(1);
    expect(stats(rig.pool)).to.include({ busy: 1, queued: 0, delayed: 0 });
    rig.clock.tick(1_000);
    expect(log).to.deep.equal(['posted', 'started']);
  });

  it('gives the error of a report to the host, and goes on', () => {
    const no = new Error('of the report');
    rig.enable({
      heldFor: 100,
      report: () => {
        throw no;
      },
    });
    rig.enable({ heldFor: 200 });
    const runner = rig.pool.createSequencedTaskRunner();
    runner.postTask(() => NEVER);
    runner.postTask(() => undefined);
    expect(() => rig.clock.tick(150)).to.throw('of the report');
    rig.clock.tick(100);
    expect(rig.reports.length).to.equal(1);
  });

  it('does not take a task that has ended for one that holds', async () => {
    rig.enable({ heldFor: 100 });
    const runner = rig.pool.createSequencedTaskRunner();
    const hold = gate();
    runner.postTask(() => hold.promise);
    rig.clock.tick(50);
    hold.open();
    await microtasks();
    runner.postTask(() => NEVER);
    rig.clock.tick(1);
    runner.postTask(() => undefined);
    rig.clock.tick(90);
    expect(rig.reports).to.deep.equal([]);
    rig.clock.tick(20);
    expect(rig.reports.length).to.equal(1);
  });

  it('throws at the call site when an option has a value that it cannot have', () => {
    expect(errorOf(() => enableDebugMode({ heldFor: 0 }))).to.be.an.instanceof(RangeError);
    expect(errorOf(() => enableDebugMode({ heldFor: NaN })).message).to.equal(
      'The option heldFor must be a positive number of milliseconds; got NaN.',
    );
    expect(errorOf(() => enableDebugMode({ report: 1 as never }))).to.be.an.instanceof(TypeError);
  });
});
