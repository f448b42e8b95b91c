import { expect } from 'chai';
import sinon from 'sinon';
import { createFrameTaskRunner, createIdleTaskRunner, flush, ThreadPool } from '../../src/index.js';
import { measureTasks } from '../../src/tracing/index.js';
import { errorOf, rejectionOf } from '../support/support.js';

interface Detail {
  readonly devtools: { readonly track: string; readonly trackGroup: string; readonly color: string };
}

const noop = (): undefined => undefined;

function entriesOf(name: string): { track: string; trackGroup: string; color: string }[] {
  return performance
    .getEntriesByName(name, 'measure')
    .map((entry) => ((entry as PerformanceMeasure).detail as Detail).devtools);
}

describe('measureTasks', () => {
  afterEach(() => {
    sinon.restore();
    performance.clearMeasures();
  });

  it("measures each task in DevTools' tracks of its lane and of its runner", async () => {
    const runner = new ThreadPool().createSequencedTaskRunner({ name: 'io', priority: 'user-blocking' });
    const measuring = measureTasks();
    await runner.postTask(noop, { name: 'load' });
    await flush(runner);
    const group = { dataType: 'track-entry', trackGroup: 'rxjs-task-runner', color: 'primary', tooltipText: 'load' };
    const entries = entriesOf('task load');
    expect(entries.map(({ track }) => track).sort()).to.deep.equal(['lane user-blocking', 'runner io']);
    for (const entry of entries) expect(entry).to.include(group);
    measuring.unsubscribe();
  });

  it('measures the tasks of frame and idle runners, whose loops are of real time too', async () => {
    const measuring = measureTasks();
    for (const runner of [createFrameTaskRunner({ name: 'frames' }), createIdleTaskRunner({ name: 'idle' })]) {
      await runner.postTask(noop, { name: 'draw' });
      await flush(runner);
    }
    const tracks = entriesOf('task draw').map(({ track }) => track);
    expect(tracks.sort()).to.deep.equal(['lane user-visible', 'lane user-visible', 'runner frames', 'runner idle']);
    measuring.unsubscribe();
  });

  it('shows a task that has failed in the color of errors', async () => {
    const runner = new ThreadPool().createSequencedTaskRunner({ name: 'io' });
    const measuring = measureTasks({ trackGroup: 'mine' });
    const fails = (): never => {
      throw new Error('no');
    };
    await rejectionOf(runner.postTask(fails, { name: 'save' }));
    await flush(runner);
    const entry = entriesOf('task save').find(({ track }) => track === 'runner io');
    expect(entry).to.include({ color: 'error', trackGroup: 'mine' });
    measuring.unsubscribe();
  });

  it('clears its entries by name each time there are so many, and when it ends, but no others', async () => {
    const runner = new ThreadPool().createSequencedTaskRunner({ name: 'io' });
    performance.measure('of somebody else', { start: 0, end: 1 });
    const measuring = measureTasks({ keep: 10 });
    for (let i = 0; i < 52; i++) runner.postTask(noop, { name: `load ${i % 3}` });
    await flush(runner);
    const names = (): string[] => performance.getEntriesByType('measure').map(({ name }) => name);
    expect(names().filter((name) => name.startsWith('task')).length).to.equal(104 % 10);
    measuring.unsubscribe();
    expect(names()).to.deep.equal(['of somebody else']);
  });

  it('measures nothing that is shorter than it was told, and nothing once it has ended', async () => {
    const runner = new ThreadPool().createSequencedTaskRunner({ name: 'io' });
    const measuring = measureTasks({ shortest: 10_000 });
    await runner.postTask(noop);
    await flush(runner);
    measuring.unsubscribe();
    await runner.postTask(noop);
    expect(performance.getEntriesByType('measure')).to.deep.equal([]);
  });

  it('hurts no task when the host refuses a measure, and is closed where there is none', async () => {
    const runner = new ThreadPool().createSequencedTaskRunner({ name: 'io' });
    const measure = sinon.stub(performance, 'measure').throws(new Error('no'));
    const measuring = measureTasks();
    expect(await runner.postTask(() => 42)).to.equal(42);
    expect(measure.called).to.equal(true);
    measuring.unsubscribe();
    measure.restore();
    sinon.stub(performance, 'measure').value(undefined);
    expect(measureTasks().closed).to.equal(true);
  });

  it('names the rule that an option breaks', () => {
    expect(errorOf(() => measureTasks({ keep: 0 })).message).to.contain('a positive integer or Infinity; got 0');
    expect(errorOf(() => measureTasks({ shortest: -1 })).message).to.contain('0 or more, or Infinity; got -1');
    expect(errorOf(() => measureTasks({ trackGroup: 1 as never })).message).to.contain('must be a string; got 1');
  });
});
