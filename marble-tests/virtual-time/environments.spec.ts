import { expect } from 'chai';
import { debounceTime, delay, Subject } from 'rxjs';
import { ThreadPool } from 'rxjs-task-runner';
import { marbles, TaskEnvironment } from 'rxjs-task-runner/testing';
import sinon from 'sinon';

// As in a program: made once, at module level, with nothing injected and nothing known of tests.
const pool = new ThreadPool();
const runner = pool.createSequencedTaskRunner({ name: 'runner' });

describe('The very runner that runs in production is on the clock of a TaskEnvironment while that is active', () => {
  let env: TaskEnvironment;

  beforeEach(() => {
    env = new TaskEnvironment();
  });
  afterEach(() => env.dispose());

  it('time passes when it is told to, and acts come in their columns', () => {
    const keys = new Subject<string>();
    const seen: string[] = [];
    keys.pipe(debounceTime(3, runner)).subscribe((text) => seen.push(`${text} ${runner.now()}`));
    const typed = '-a-b------c---';
    env.at(typed, { a: () => keys.next('r'), b: () => keys.next('rx'), c: () => keys.next('rxjs') });
    env.advanceBy(5);
    expect(seen).to.deep.equal([]);
    env.advanceBy(1);
    expect(seen).to.deep.equal(['rx 6']);
    env.advanceTo(20);
    expect(seen).to.deep.equal(['rx 6', 'rxjs 13']);
  });

  it('run() goes before it: inside, frames begin at 0, and the environment stands still', () => {
    const log: string[] = [];
    env.advanceBy(7);
    runner.schedule(() => log.push(`environment ${runner.now()}`), 2);
    marbles(({ hot, expectObservable }) => {
      const source = hot('-a-b|    ');
      const expected = '  ---a-(b|)';
      expectObservable(source.pipe(delay(2, runner))).toBe(expected);
    });
    expect(log).to.deep.equal([]);
    expect(runner.now()).to.equal(7);
    env.advanceBy(2);
    expect(log).to.deep.equal(['environment 9']);
  });

  it('it goes before fake timers, which move other clocks', () => {
    const clock = sinon.useFakeTimers();
    try {
      const log: number[] = [];
      runner.schedule(() => log.push(runner.now()), 5);
      clock.tick(10);
      expect(log).to.deep.equal([]);
      env.advanceBy(10);
      expect(log).to.deep.equal([5]);
    } finally {
      clock.restore();
    }
  });

  it('real work that is pending stays where it is, and goes on afterwards', async () => {
    env.dispose();
    const log: string[] = [];
    const real = runner.postTask(() => log.push('real'));
    const second = new TaskEnvironment();
    try {
      runner.postTask(() => log.push('virtual'));
      second.runUntilIdle();
      expect(log).to.deep.equal(['virtual']);
    } finally {
      second.dispose();
    }
    await real;
    expect(log).to.deep.equal(['virtual', 'real']);
  });
});
