import { expect } from 'chai';
import { timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import sinon from 'sinon';
import { type TaskEvent, ThreadPool } from '../../src/index.js';
import { hub } from '../../src/kernel/events.js';
import { TaskEnvironment } from '../../src/testing/index.js';
import { areCollected, macrotask, uncaughtDuring } from '../support/support.js';
import { observe } from '../support/observer-log.js';

const pool = new ThreadPool({ name: 'app' });

function run(test: () => void): void {
  new TestScheduler(() => undefined).run(test);
}

describe('observeTasks, on every clock', () => {
  let log: string[];
  const note = (verb: string) => (event: TaskEvent) => log.push(`${verb} ${event.name}`);
  const observeAll = (): (() => void) => {
    log = [];
    const subscription = observe({ posted: note('posted'), finished: note('finished') });
    return () => subscription.unsubscribe();
  };

  it('tells of tasks in real time, in fake time, in a run() and in an environment, though they came later', async () => {
    const stop = observeAll();
    try {
      await pool.postTask(() => undefined, { name: 'real' });
      const clock = sinon.useFakeTimers();
      pool.postTask(() => undefined, { name: 'fake' });
      clock.tick(1);
      clock.restore();
      run(() => void pool.postTask(() => undefined, { name: 'frame' }));
      const environment = new TaskEnvironment();
      pool.postTask(() => undefined, { name: 'environment' });
      environment.runUntilIdle();
      environment.dispose();
      await pool.postTask(() => undefined, { name: 'real again' });
    } finally {
      stop();
    }
    const names = ['real', 'fake', 'frame', 'environment', 'real again'];
    expect(log).to.deep.equal(names.flatMap((name) => [`posted ${name}`, `finished ${name}`]));
  });

  it('leaves every clock alone when it is over, those too that are not in force then', async () => {
    const wasHeard = hub.isHeard;
    const environment = new TaskEnvironment();
    let stop!: () => void;
    run(() => {
      stop = observeAll();
      pool.postTask(() => undefined, { name: 'frame' });
    });
    pool.postTask(() => undefined, { name: 'environment' });
    environment.runUntilIdle();
    run(() => stop());
    expect(log).to.deep.equal(['posted frame', 'finished frame', 'posted environment', 'finished environment']);
    pool.postTask(() => undefined);
    environment.runUntilIdle();
    expect(log.length).to.equal(4);
    environment.dispose();
    expect(hub.isHeard).to.equal(wasHeard);
  });

  it('counts in frames inside of a run()', () => {
    const times: number[][] = [];
    run(() => {
      const subscription = observe({ finished: ({ waited, ran }) => times.push([waited, ran]) });
      const runner = pool.createSequencedTaskRunner();
      runner.postTask(() => timer(20, pool));
      runner.postDelayedTask(() => undefined, 5);
      timer(100).subscribe(() => subscription.unsubscribe());
    });
    expect(times).to.deep.equal([
      [0, 20],
      // The action of the task's timer, on the pool.
      [0, 0],
      [15, 0],
    ]);
  });

  it('tells of a task that a run() leaves behind that it is cancelled, though no clock says when', async () => {
    const events: TaskEvent[] = [];
    const subscription = observe({ cancelled: (event) => events.push(event) });
    run(() => {
      pool.postTask(() => new Promise(() => undefined), { name: 'left' });
    });
    await macrotask();
    subscription.unsubscribe();
    expect(events.map(({ name, waited, ran }) => [name, waited, ran])).to.deep.equal([['left', 0, NaN]]);
  });

  it('tells one ending of an action that was armed again on another clock, and holds on to it no longer', async () => {
    const ends: string[] = [];
    const end = (verb: string) => (event: TaskEvent) => ends.push(`${verb} ${event.name}`);
    const runner = pool.createSequencedTaskRunner({ name: 'moved' });
    const before = runner.schedule(() => undefined, 1_000);
    const watching = observe({ finished: end('finished'), cancelled: end('cancelled') });
    const move = (): WeakRef<object>[] => {
      const moved = [0, 1].map(() => runner.schedule(() => undefined, 1_000));
      run(() => moved.forEach((action) => (action as unknown as { schedule(): void }).schedule()));
      run(() => {
        const action = runner.schedule(() => undefined, 5);
        moved.push(action);
        action.unsubscribe();
      });
      return moved.map((action) => new WeakRef(action));
    };
    const references = move();
    before.unsubscribe();
    expect(ends).to.deep.equal(['finished moved', 'finished moved', 'cancelled moved', 'cancelled moved']);
    expect(await areCollected(references)).to.equal(true);
    watching.unsubscribe();
  });

  it('gives the error of an observer to the host, in real time', async () => {
    const no = new Error('of the observer');
    const uncaught = await uncaughtDuring(async () => {
      const subscription = observe({
        started: () => {
          throw no;
        },
      });
      expect(await pool.postTask(() => 'result')).to.equal('result');
      subscription.unsubscribe();
      // RxJS throws it from a timer, which comes before this one.
      await new Promise((resolve) => setTimeout(resolve));
    });
    expect(uncaught).to.deep.equal([no]);
  });

  it('holds on to neither tasks nor their results, though the events are kept', async () => {
    const events: TaskEvent[] = [];
    const subscription = observe({ posted: (event) => events.push(event), finished: (e) => events.push(e) });
    const references: WeakRef<object>[] = [];
    const post = async (): Promise<void> => {
      const handle = pool.postTask(() => ({ large: true }));
      const action = pool.schedule(() => undefined);
      references.push(new WeakRef(await handle), new WeakRef(handle), new WeakRef(action));
    };
    await post();
    expect(await areCollected(references)).to.equal(true);
    subscription.unsubscribe();
    expect(events.length).to.be.at.least(4);
  });

  it('fails a run() with the error of an observer', () => {
    const no = new Error('of the observer');
    const subscription = observe({
      started: () => {
        throw no;
      },
    });
    expect(() => run(() => void pool.postTask(() => undefined))).to.throw('of the observer');
    subscription.unsubscribe();
  });
});
