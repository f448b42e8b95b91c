import { expect } from 'chai';
import { debounceTime, interval, Subject, take, timer } from 'rxjs';
import { ThreadPool } from 'rxjs-task-runner';
import { expectTasks, marbles, recordTasks, TaskEnvironment } from 'rxjs-task-runner/testing';
import sinon from 'sinon';

const pool = new ThreadPool({ name: 'pool' });
const ui = pool.createSequencedTaskRunner({ name: 'ui' });

describe('With fake timers of sinon', () => {
  let clock: sinon.SinonFakeTimers;

  beforeEach(() => {
    clock = sinon.useFakeTimers();
  });

  afterEach(() => clock.restore());

  it('a runner that was made before they were installed follows them', () => {
    const typed = new Subject<string>();
    const seen: string[] = [];
    typed.pipe(debounceTime(150, ui)).subscribe((text) => seen.push(text));
    typed.next('r');
    clock.tick(149);
    typed.next('rx');
    clock.tick(149);
    expect(seen).to.deep.equal([]);
    clock.tick(1);
    expect(seen).to.deep.equal(['rx']);
  });

  it('async tasks go on in the asynchronous tick', async () => {
    const task = ui.postTask(async (context) => {
      await context.sleep(60_000);
      return clock.now;
    });
    await clock.tickAsync(60_000);
    expect(await task).to.equal(60_000);
  });

  it('what has run is recorded, and expected as in marbles', () => {
    const recording = recordTasks();
    interval(3, ui).pipe(take(2)).subscribe();
    clock.tick(10);
    expectTasks(recording, ui).toBe({ ui: '---t--t' }, { unnamed: 't' });
    recording.verify();
    recording.detach();
  });

  it('marbles goes before them, and they go on afterwards', () => {
    const seen: number[] = [];
    timer(5, ui).subscribe(() => seen.push(clock.now));
    marbles(({ expectObservable }) => {
      expectObservable(timer(5, ui)).toBe('-----(a|)', { a: 0 });
    });
    expect(seen).to.deep.equal([]);
    clock.tick(5);
    expect(seen).to.deep.equal([5]);
  });

  it('a TaskEnvironment goes before them, too', () => {
    const env = new TaskEnvironment();
    const seen: number[] = [];
    timer(5, ui).subscribe(() => seen.push(env.now()));
    clock.tick(10);
    expect(seen).to.deep.equal([]);
    env.advanceBy(5);
    expect(seen).to.deep.equal([5]);
    env.dispose();
  });
});
