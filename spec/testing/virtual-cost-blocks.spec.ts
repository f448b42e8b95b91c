import { expect } from 'chai';
import { ThreadPool } from '../../src/index.js';
import { expectTasks } from '../../src/testing/rows/expect-tasks.js';
import { recordTasks } from '../../src/testing/rows/recording.js';
import { TaskEnvironment } from '../../src/testing/environment/task-environment.js';
import { virtualCost } from '../../src/testing/environment/virtual-cost.js';

const pool = new ThreadPool({ onTaskError: () => undefined });
const ui = pool.createSequencedTaskRunner({ priority: 'user-blocking', name: 'ui' });
const page = pool.createSequencedTaskRunner({ name: 'page' });
const indexing = pool.createSequencedTaskRunner({ priority: 'best-effort', name: 'indexing' });

describe('blocks of virtualCost', () => {
  let env: TaskEnvironment;

  beforeEach(() => (env = new TaskEnvironment()));
  afterEach(() => env.dispose());

  it('is work that keeps the one thread: the clock moves on before the next task, whatever its runner', () => {
    const recorder = recordTasks();
    virtualCost({ parse: { blocks: 3 } });
    expectTasks(recorder).toBe({ ui: '---a', indexing: ['p==', '---b'] });
    indexing.postTask(() => undefined, { name: 'parse' });
    env.step();
    ui.postTask(() => undefined, { name: 'a' });
    indexing.postTask(() => undefined, { name: 'b' });
    env.runUntilIdle();
    expect(recorder.checks[0]!.evaluate()).to.equal(null);
    expect(env.now()).to.equal(3);
  });

  it('delays what falls due meanwhile', () => {
    const at: number[] = [];
    virtualCost({ parse: { blocks: 10 } });
    page.postTask(() => undefined, { name: 'parse' });
    ui.postDelayedTask(() => at.push(env.now()), 4);
    ui.postDelayedTask(() => at.push(env.now()), 14);
    env.advanceBy(20);
    expect(at).to.deep.equal([10, 14]);
  });

  it('goes before cost, and takes its time even when the task throws', () => {
    const recorder = recordTasks();
    virtualCost({ both: { blocks: 2, cost: 3 }, page: { blocks: 4 } });
    expectTasks(recorder).toBe({ ui: ['b====', '-----n'], page: '--(f===)' }, { letters: { fails: 'f' } });
    ui.postTask(() => undefined, { name: 'both' });
    ui.postTask(() => undefined, { name: 'next' });
    env.advanceBy(1);
    void page.postTask(
      () => {
        throw new Error('no');
      },
      { name: 'fails' },
    );
    env.advanceBy(20);
    expect(recorder.records.find(({ name }) => name === 'fails')).to.deep.include({ started: 2, ended: 6 });
    expect(recorder.records.find(({ name }) => name === 'both')).to.deep.include({ started: 0, ended: 6 });
  });
});
