import { expect } from 'chai';
import { timer } from 'rxjs';
import { ThreadPool } from '../../src/index.js';
import { diagram, TaskEnvironment } from '../../src/testing/index.js';

describe('A TaskEnvironment', () => {
  const pool = new ThreadPool();
  const ui = pool.createSequencedTaskRunner({ name: 'ui', priority: 'user-blocking' });
  const io = pool.createSequencedTaskRunner({ name: 'io' });

  function work(): void {
    void io.postTask(() => timer(3, pool), { name: 'load' });
    void ui.postDelayedTask(() => undefined, 2, { name: 'render' });
  }

  it('compares what ran with the rows it was told, when it is disposed of', () => {
    const env = new TaskEnvironment({ record: true });
    env.expectTasks([ui, io]).toBe({
      ui: '--r',
      io: 'l==',
    });
    work();
    env.advanceBy(5);
    expect(diagram(env.recorder, { by: 'runner' })).to.contain('l==');
    env.dispose();
  });

  it('fails when they differ, or were never told', () => {
    const env = new TaskEnvironment({ record: true });
    env.expectTasks([ui, io]).toBe({
      ui: '-r',
      io: 'l==',
    });
    env.expectTasks();
    work();
    env.advanceBy(5);
    expect(() => env.dispose())
      .to.throw(/-r[^]*--r/)
      .with.property('message')
      .that.contains('expects nothing');
  });
});
