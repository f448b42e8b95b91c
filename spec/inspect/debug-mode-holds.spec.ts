import { expect } from 'chai';
import { lastValueFrom, NEVER, timer } from 'rxjs';
import { flush, ThreadPool } from '../../src/index.js';
import { TaskEnvironment, virtualCost } from '../../src/testing/index.js';
import { DebugRig } from '../support/debug-rig.js';

describe('enableDebugMode tells of', () => {
  let rig: DebugRig;

  beforeEach(() => (rig = new DebugRig()));
  afterEach(() => rig.dispose());

  describe('a sequence that is held', () => {
    it('is reported when others have waited in it for longer than heldFor: who holds, since when, who waits', () => {
      rig.enable({ heldFor: 100 });
      const runner = rig.pool.createSequencedTaskRunner({ name: 'account' });
      runner.postTask(() => NEVER, { name: 'deposit' });
      rig.clock.tick(10);
      runner.postTask(() => undefined, { name: 'withdraw' });
      runner.schedule(() => undefined);
      void flush(runner);
      rig.clock.tick(89);
      expect(rig.reports).to.deep.equal([]);
      rig.clock.tick(20);
      expect(rig.reports.map((report) => report.replace(/[^ ]*debug-mode-holds\.spec\.ts:\d+/g, 'here'))).to.deep.equal(
        [
          "task 'deposit' of 'account', posted from here, has held its sequence for 100 ms, since 0 by its clock.\n" +
            "  Behind it in its sequence: task 'withdraw' of 'account', posted from here; an action of 'account', posted from here; a flush.",
        ],
      );
    });

    it('is reported once per hold', () => {
      rig.enable({ heldFor: 100 });
      const runner = rig.pool.createSequencedTaskRunner({ name: 'account' });
      const first = runner.postTask(() => NEVER, { name: 'first' });
      runner.postTask(() => NEVER, { name: 'second' });
      runner.postTask(() => undefined, { name: 'third' });
      rig.clock.tick(1_000);
      runner.postTask(() => undefined);
      rig.clock.tick(1_000);
      expect(rig.reports.length).to.equal(1);
      first.cancel();
      rig.clock.tick(1_000);
      expect(rig.reports.map((report) => /^task '(\w+)'/.exec(report)?.[1])).to.deep.equal(['first', 'second']);
    });

    it('is not reported when nobody waits, nor when it is over in time', async () => {
      rig.enable({ heldFor: 100 });
      const runner = rig.pool.createSequencedTaskRunner();
      runner.postTask(() => timer(99, rig.pool));
      runner.postTask(() => timer(99, rig.pool));
      rig.pool.createSequencedTaskRunner().postTask(() => NEVER);
      await rig.clock.tickAsync(5_000);
      expect(rig.reports).to.deep.equal([]);
      expect(rig.clock.countTimers()).to.equal(0);
    });

    it('is reported when somebody comes to wait later: posted, or when its delay is over', () => {
      rig.enable({ heldFor: 100 });
      for (const [runner, delay] of [
        [rig.pool.createSequencedTaskRunner({ name: 'posted' }), 0],
        [rig.pool.createSequencedTaskRunner({ name: 'delayed' }), 700],
      ] as const) {
        runner.postTask(() => NEVER);
        rig.clock.tick(500);
        runner.postDelayedTask(() => undefined, delay);
      }
      rig.clock.tick(99);
      expect(rig.reports.length).to.equal(1);
      rig.clock.tick(1_000);
      expect(rig.reports.map((report) => /'(\w+)'/.exec(report)?.[1])).to.deep.equal(['posted', 'delayed']);
    });

    it('shows the deadlock of a task that waits for a timer on its own runner', () => {
      rig.enable({ heldFor: 100 });
      const runner = rig.pool.createSequencedTaskRunner({ name: 'account' });
      runner.postTask(async () => await lastValueFrom(timer(10, runner)), { name: 'waits for itself' });
      rig.clock.tick(200);
      expect(rig.reports.length).to.equal(1);
      expect(rig.reports[0]).to.contain("task 'waits for itself'").and.to.contain("an action of 'account'");
    });

    it('names a few of those who wait, and counts the rest', () => {
      rig.enable({ heldFor: 100 });
      const runner = rig.pool.createSequencedTaskRunner({ name: 'account' });
      runner.postTask(() => NEVER);
      for (let i = 0; i < 8; i++) runner.postTask(() => undefined, { name: `t${i}` });
      rig.clock.tick(200);
      expect(rig.reports[0]).to.contain("'t4'").and.to.contain('; and 3 more.').and.not.to.contain("'t5'");
    });

    it('is reported by a task that has kept the thread, when it gives it free', () => {
      rig.enable({ heldFor: 100 });
      const runner = rig.pool.createSequencedTaskRunner({ name: 'account' });
      const environment = new TaskEnvironment();
      const cost = virtualCost({ blocking: { blocks: 150 } });
      runner.postTask(() => undefined, { name: 'blocking' });
      runner.postTask(() => undefined, { name: 'waits' });
      environment.runUntilIdle();
      cost.unsubscribe();
      environment.dispose();
      expect(rig.reports.length).to.equal(1);
      expect(rig.reports[0])
        .to.contain("'blocking'")
        .and.to.contain('held its sequence for 150 ms')
        .and.to.contain("'waits'");
    });
  });

  describe('a worker that is held', () => {
    it('is reported when others wait for a worker: a pool whose tasks wait for each other shows up', async () => {
      rig.enable({ heldFor: 100 });
      for (const name of ['a', 'b']) {
        rig.pool
          .createSequencedTaskRunner({ name })
          .postTask(async () => await rig.pool.postTask(() => undefined, { name: `for ${name}` }), {
            name: `by ${name}`,
          });
      }
      await rig.clock.tickAsync(200);
      expect(rig.reports.map((report) => report.replace(/[^ ]*debug-mode-holds\.spec\.ts:\d+/g, 'here'))).to.deep.equal(
        [
          "No worker of 'app' has become free for 100 ms.\n" +
            "  They are held by task 'by a' of 'a', posted from here, for 100 ms; task 'by b' of 'b', posted from here, for 100 ms.\n" +
            "  Waiting for a worker: task 'for a' of 'app', posted from here.",
        ],
      );
    });

    it('is reported once for all that hold, and again only when others hold', () => {
      rig.enable({ heldFor: 100 });
      const handles = ['a', 'b'].map((name) => rig.pool.postTask(() => NEVER, { name }));
      rig.pool.postTask(() => NEVER, { name: 'c' });
      rig.clock.tick(500);
      rig.pool.postTask(() => undefined, { name: 'comes later' });
      rig.clock.tick(500);
      handles[0]!.cancel();
      rig.clock.tick(500);
      const holders = rig.reports.map((report) =>
        [...report.split('\n')[1]!.matchAll(/task '(\w)'/g)].map(([, name]) => name),
      );
      expect(holders).to.deep.equal([
        ['a', 'b'],
        ['b', 'c'],
      ]);
    });

    it('is not reported while workers change hands, however long one of them is held', async () => {
      rig.enable({ heldFor: 100 });
      rig.pool.postTask(() => NEVER, { name: 'long' });
      for (let i = 0; i < 20; i++) rig.pool.postTask(() => timer(50, rig.pool));
      await rig.clock.tickAsync(900);
      expect(rig.reports).to.deep.equal([]);
    });

    it('is not reported while another worker is free', () => {
      rig.enable({ heldFor: 100 });
      rig.pool.postTask(() => NEVER);
      rig.pool.postTask(() => undefined);
      rig.clock.tick(1_000);
      expect(rig.reports).to.deep.equal([]);
    });

    it('is told apart from a sequence that is held by the same task', () => {
      rig.enable({ heldFor: 100 });
      const single = new ThreadPool({ workers: 1 });
      const runner = single.createSequencedTaskRunner();
      runner.postTask(() => NEVER);
      runner.postTask(() => undefined, { name: 'behind' });
      single.postTask(() => undefined, { name: 'elsewhere' });
      rig.clock.tick(200);
      expect(rig.reports).to.have.lengthOf(2);
      expect(rig.reports[0]).to.match(/has held its sequence for 100 ms.*\n.*sequence: task 'behind'/);
      expect(rig.reports[1]).to.match(/No worker of a pool.*\n.*\n.*worker: task 'elsewhere'/);
    });
  });
});
