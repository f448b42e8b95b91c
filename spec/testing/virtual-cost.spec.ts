import { expect } from 'chai';
import { delay, map, observeOn, of, timer } from 'rxjs';
import sinon from 'sinon';
import { stats, type TaskHandle, ThreadPool } from '../../src/index.js';
import { hub } from '../../src/kernel/events.js';
import { type ExpectedTasks, expectTasks } from '../../src/testing/rows/expect-tasks.js';
import { recordTasks } from '../../src/testing/rows/recording.js';
import { TaskEnvironment } from '../../src/testing/environment/task-environment.js';
import { type CostRules, virtualCost } from '../../src/testing/environment/virtual-cost.js';
import { microtasks } from '../support/support.js';
import { inRun } from './support/in-run.js';

const pool = new ThreadPool({ workers: 2, onTaskError: () => undefined });
const ui = pool.createSequencedTaskRunner({ priority: 'user-blocking', name: 'ui' });
const page = pool.createSequencedTaskRunner({ name: 'page' });
const indexing = pool.createSequencedTaskRunner({ priority: 'best-effort', name: 'indexing' });

const ignore = (handle: TaskHandle<unknown>) => void handle.then(undefined, () => undefined);

/** Posts under rules, and requires what ran to be so, unnamed work with the letter `*`. */
function expectRun(rules: CostRules, post: () => void, expected: ExpectedTasks): void {
  const message = inRun(() => {
    const recorder = recordTasks();
    virtualCost(rules);
    expectTasks(recorder).toBe(expected, { unnamed: '*' });
    post();
    return () => recorder.checks[0]!.evaluate();
  });
  expect(message).to.equal(null);
}

describe('virtualCost', () => {
  describe('cost', () => {
    it('holds the sequence for so many frames after the function of the task has returned', () => {
      expectRun(
        { parse: { cost: 3 } },
        () => ['parse', 'b', 'parse', 'c'].forEach((name) => void ui.postTask(() => undefined, { name })),
        { ui: ['p==(b)', '---p==c'] },
      );
    });

    it('is of all that a runner runs, or of one task, whose own name goes first', () => {
      expectRun(
        { indexing: { cost: 2 }, quick: { cost: 0 }, slow: { cost: 4 } },
        () => ['a', 'quick', 'slow', 'b'].forEach((name) => void indexing.postTask(() => undefined, { name })),
        { indexing: ['a=q', '--s===b='] },
      );
    });

    it('holds a worker: with two of them the third task waits, and best-effort work has one at most', () => {
      expectRun(
        { a: { cost: 4 }, b: { cost: 4 }, c: { cost: 2 } },
        () => {
          indexing.postTask(() => undefined, { name: 'a' });
          pool.postTask(() => undefined, { name: 'b', priority: 'best-effort' });
          pool.postTask(() => undefined, { name: 'c' });
        },
        { 'user-visible': 'c=', 'best-effort': ['a===b===', ''] },
      );
    });

    it('lets urgent work of another runner run meanwhile, and that of its own runner wait', () => {
      expectRun(
        { build: { cost: 5 } },
        () => {
          indexing.postTask(() => undefined, { name: 'build' });
          ui.postDelayedTask(() => undefined, 2, { name: 'answer' });
          indexing.postDelayedTask(() => undefined, 2, { name: 'urgent', priority: 'user-blocking' });
        },
        { indexing: 'b====u', ui: '--a' },
      );
    });

    it('settles the handle when it has been paid, as a promise that was pending for so long would', () => {
      const seen = inRun(() => {
        const recorder = recordTasks();
        virtualCost({ parse: { cost: 3 } });
        const handle = ui.postTask(() => 7, { name: 'parse' });
        const states: string[] = [];
        for (const at of [1, 2, 4]) timer(at).subscribe(() => states.push(`${at} ${handle.state}`));
        return () => [...states, recorder.records[0]!.settled];
      });
      expect(seen).to.deep.equal(['1 running', '2 running', '4 done', 3]);
    });

    it('keeps the result: a value, the last one of an observable, that of a promise', async () => {
      const clock = sinon.useFakeTimers();
      try {
        const costs = virtualCost({ costly: { cost: 3 } });
        const options = { name: 'costly' };
        const results = Promise.all([
          ui.postTask(() => 7, options),
          page.postTask(() => of(1, 2), options),
          page.postTask(async () => 'late', options),
          ui.postTask(() => undefined, options),
        ]);
        await clock.tickAsync(20);
        expect(await results).to.deep.equal([7, 2, 'late', undefined]);
        costs.unsubscribe();
      } finally {
        clock.restore();
      }
    });

    it('ends when both have ended, if the function returned an observable', () => {
      expectRun(
        { ui: { cost: 3 } },
        () => {
          ui.postTask(() => timer(5), { name: 'a' });
          ui.postTask(() => timer(1), { name: 'b' });
        },
        { ui: 'a====b==' },
      );
    });

    it('ends at once when the task fails or is cancelled', () => {
      expectRun(
        { ui: { cost: 9 }, page: { cost: 9 } },
        () => {
          ignore(
            ui.postTask(
              () => {
                throw new Error('no');
              },
              { name: 'a' },
            ),
          );
          const fails = timer(2).pipe(
            map(() => {
              throw new Error('no');
            }),
          );
          ignore(ui.postTask(() => fails, { name: 'b' }));
          const cancelled = page.postTask(() => 1, { name: 'c' });
          timer(4).subscribe(() => cancelled.cancel());
          page.postTask(() => undefined, { name: 'd' });
        },
        { ui: ['(a#)', 'b=#'], page: ['c===!', '----d========'] },
      );
    });

    it('is that of an action each time it runs, by the name of its runner', () => {
      expectRun(
        { indexing: { cost: 2 } },
        () => {
          of('a', 'b').pipe(delay(1, indexing)).subscribe();
          indexing.schedule(
            function (left) {
              if (left! > 0) this.schedule(left! - 1);
            },
            6,
            1,
          );
        },
        { indexing: ['-*=-', '---*=', '------*=*='] },
      );
    });

    it('holds up what observeOn delivers, and nothing else', () => {
      inRun(({ cold, expectObservable }) => {
        virtualCost({ indexing: { cost: 3 } });
        const source = cold('-ab-----c|  ');
        const expected = '   -a--b---c--|';
        expectObservable(source.pipe(observeOn(indexing))).toBe(expected);
        return () => undefined;
      });
    });

    it('does not hide from a task that it waits for itself', async () => {
      const clock = sinon.useFakeTimers();
      try {
        const costs = virtualCost({ ui: { cost: 3 } });
        const handle = ui.postTask(() => ui.postTask(() => 1));
        const failure = handle.then(
          () => '',
          (error: unknown) => (error as Error).name,
        );
        await clock.tickAsync(20);
        expect(await failure).to.equal('TaskDeadlockError');
        costs.unsubscribe();
      } finally {
        clock.restore();
      }
    });

    it('is in no count of tasks, and in no recording', () => {
      const env = new TaskEnvironment();
      try {
        const recorder = recordTasks();
        virtualCost({ ui: { cost: 3 } });
        ui.postTask(() => undefined);
        env.runUntilIdle();
        expect(env.pendingTaskCount).to.equal(0);
        expect(stats(pool)).to.deep.include({ busy: 1, queued: 0, delayed: 0 });
        env.advanceBy(3);
        expect(stats(pool).busy).to.equal(0);
        expect(recorder.records).to.have.length(1);
      } finally {
        env.dispose();
      }
    });
  });

  it('holds for what is posted after it, until it is unsubscribed from', () => {
    const message = inRun(() => {
      const recorder = recordTasks();
      expectTasks(recorder).toBe({ ui: 'ab==cd' });
      ui.postTask(() => undefined, { name: 'a' });
      const costs = virtualCost({ ui: { cost: 3 } });
      ui.postDelayedTask(() => undefined, 1, { name: 'b' });
      costs.unsubscribe();
      ui.postDelayedTask(() => undefined, 1, { name: 'c' });
      ui.postDelayedTask(() => undefined, 5, { name: 'd' });
      return () => recorder.checks[0]!.evaluate();
    });
    expect(message).to.equal(null);
  });

  it('listens no longer than its clock goes on, so that later tasks of the program pay nothing for it', async () => {
    const env = new TaskEnvironment();
    virtualCost({ ui: { cost: 3 } });
    recordTasks();
    env.dispose();
    expect(hub.isHeard, 'after the environment').to.equal(false);
    inRun(() => {
      virtualCost({ ui: { cost: 3 } });
      recordTasks();
      return () => undefined;
    });
    await microtasks();
    expect(hub.isHeard, 'after the run').to.equal(false);
  });

  it('leaves real time alone', () => {
    expect(() => virtualCost({ ui: { cost: 3 } })).to.throw(Error, 'virtualCost() needs a virtual clock');
  });

  it('leaves alone what is posted on another clock', () => {
    inRun(() => {
      virtualCost({ ui: { cost: 3 } });
      return () => undefined;
    });
    const message = inRun(() => {
      const recorder = recordTasks();
      expectTasks(recorder).toBe({ ui: 'a' });
      ui.postTask(() => undefined, { name: 'a' });
      return () => recorder.checks[0]!.evaluate();
    });
    expect(message).to.equal(null);
  });

  it('says what is wrong with a rule', () => {
    const attempt = (rules: object) => () => inRun(() => (virtualCost(rules as CostRules), () => undefined));
    expect(attempt({ ui: { cost: -1 } })).to.throw(RangeError, "cost of 'ui' must be a number of frames; got -1.");
    expect(attempt({ ui: { cost: Infinity } })).to.throw(RangeError, 'got Infinity.');
    expect(attempt({ ui: { cost: '3' } })).to.throw(RangeError, "got '3'.");
    expect(attempt({ ui: { costs: 3 } })).to.throw(RangeError, "has only cost and blocks; got 'costs' for 'ui'.");
    expect(attempt({ ui: { blocks: 3 } })).to.throw(Error, "blocks of 'ui' needs a TaskEnvironment");
  });
});
