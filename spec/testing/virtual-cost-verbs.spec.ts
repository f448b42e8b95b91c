import { expect } from 'chai';
import { fromTask, postRepeatingTask, steps, ThreadPool } from '../../src/index.js';
import { expectTasks } from '../../src/testing/rows/expect-tasks.js';
import { recordTasks } from '../../src/testing/rows/recording.js';
import { TaskEnvironment } from '../../src/testing/environment/task-environment.js';
import { virtualCost } from '../../src/testing/environment/virtual-cost.js';
import { inRun } from './support/in-run.js';

const page = new ThreadPool().createSequencedTaskRunner({ name: 'page' });

describe('virtualCost', () => {
  it('is of each run of a repeating task, which waits its interval afterwards', () => {
    const message = inRun(() => {
      const recorder = recordTasks();
      virtualCost({ rep: { cost: 2 } });
      expectTasks(recorder).toBe({ page: '---r=---r=---r=c' });
      const task = postRepeatingTask(page, () => undefined, { interval: 3, name: 'rep' });
      task.then(undefined, () => undefined);
      page.postDelayedTask(() => task.cancel(), 15, { name: 'c' });
      return () => recorder.checks[0]!.evaluate();
    });
    expect(message).to.equal(null);
  });

  it('lets each step of a generator task block, and refuses to give it a cost, since it cannot wait', () => {
    using time = new TaskEnvironment();
    virtualCost({ steps: { blocks: 2 }, waits: { cost: 2 } });
    const seen: number[] = [];
    const start = page.now();
    const handle = page.postTask(
      steps(function* () {
        for (let i = 0; i < 3; i++) {
          seen.push(page.now() - start);
          yield;
        }
        return 'result';
      }),
      { name: 'steps' },
    );
    const refused = page.postTask(
      steps(function* () {}),
      { name: 'waits' },
    );
    refused.then(undefined, () => undefined);
    time.advanceBy(100);
    expect(seen).to.deep.equal([0, 2, 4]);
    expect([handle.state, refused.state]).to.deep.equal(['done', 'failed']);
  });

  it('blocks once for all steps of a generator that another verb wraps, which may move the clock themselves', () => {
    using time = new TaskEnvironment();
    virtualCost({ wrapped: { blocks: 2 } });
    const seen: number[] = [];
    const start = page.now();
    const task = steps(function* () {
      for (let i = 0; i < 3; i++) {
        seen.push(page.now() - start);
        time.advanceClock(5);
        yield;
      }
    });
    fromTask(page, task, { name: 'wrapped' }).subscribe();
    time.advanceBy(100);
    expect(seen).to.deep.equal([2, 7, 12]);
  });
});
