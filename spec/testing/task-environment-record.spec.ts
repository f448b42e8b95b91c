import { expect } from 'chai';
import { Subject, switchMap, timer } from 'rxjs';
import { postRepeatingTask, type Runner, type TaskHandle, ThreadPool } from '../../src/index.js';
import { diagram, expectTasks, recordTasks, TaskEnvironment } from '../../src/testing/index.js';
import { areCollected, errorOf } from '../support/support.js';

describe('A TaskEnvironment that was not asked to record', () => {
  let env: TaskEnvironment;
  let runner: Runner;

  beforeEach(() => {
    env = new TaskEnvironment();
    runner = new ThreadPool().createSequencedTaskRunner({ name: 'io' });
  });

  afterEach(() => env.dispose({ allowPending: true }));

  /** What a program makes for each of its runs, while it is still in use. */
  const results: WeakRef<object>[] = [];
  const work = (): object => {
    const result = { big: true };
    results.push(new WeakRef(result));
    return result;
  };
  /** But for the last few, which what is pending may well know. */
  const areForgotten = async (): Promise<boolean> => areCollected(results.slice(0, -5));

  afterEach(() => (results.length = 0));

  const programs: [name: string, start: () => void][] = [
    ['a repeating task', () => void postRepeatingTask(runner, work, { interval: 10 })],
    [
      'a task that posts itself again',
      () => {
        const again = (): object => {
          void runner.postTask(again, { delay: 10 });
          return work();
        };
        again();
      },
    ],
    [
      'an action that schedules another one',
      () => {
        const again = (): void => {
          const result = work();
          runner.schedule(again, 10).add(() => result);
        };
        again();
      },
    ],
    [
      'a stream that cancels the action before each',
      () => {
        const input = new Subject<object>();
        input.pipe(switchMap(() => timer(1_000, runner))).subscribe();
        postRepeatingTask(runner, () => input.next(work()), { interval: 10 });
      },
    ],
    [
      'a task that cancels the task before it',
      () => {
        let last: TaskHandle<unknown> = runner.postTask(() => undefined);
        const replace = (): void => {
          const result = work();
          last.cancel();
          last = runner.postTask(() => result, { delay: 1_000 });
        };
        postRepeatingTask(runner, replace, { interval: 10 });
      },
    ],
  ];
  for (const [name, start] of programs) {
    it(`forgets what has run, while ${name} goes on`, async () => {
      start();
      env.advanceBy(200);
      expect(results.length).to.be.greaterThan(15);
      expect(await areForgotten()).to.equal(true);
    });
  }

  it('says so to an expectation, and to whoever asks for the record, instead of passing', () => {
    const hint = 'which this TaskEnvironment does not keep: make it with new TaskEnvironment({ record: true }).';
    expect(errorOf(() => env.expectTasks(runner)).message).to.equal(`expectTasks needs a record of what ran, ${hint}`);
    expect(errorOf(() => env.recorder).message).to.equal(`recorder needs a record of what ran, ${hint}`);
    expect(errorOf(() => diagram(runner)).message).to.contain('Nothing records the clock in force');
  });

  it('still says where an action that is armed again and again was posted', () => {
    runner.schedule(function () {
      this.schedule(undefined, 1);
    });
    env.advanceBy(5);
    const { message } = errorOf(() => env.dispose());
    expect(message).to.match(/an action of 'io', posted at .*task-environment-record\.spec\.ts:\d+ \(delayed by 1\)/);
  });

  it('may be recorded for a stretch, from recordTasks to detach', () => {
    runner.postTask(() => undefined, { name: 'before' });
    env.advanceBy(1);
    const recording = recordTasks();
    runner.postTask(() => undefined, { name: 'within' });
    env.advanceBy(1);
    expectTasks(recording).toBe({ io: 'w' });
    recording.verify();
    recording.detach();
    env.advanceBy(1);
    expect(recording.records.map(({ name }) => name)).to.deep.equal(['within']);
  });
});

describe('A TaskEnvironment that was asked to record', () => {
  it('has a record of each run, from its start on', () => {
    const env = new TaskEnvironment({ record: true });
    const runner = new ThreadPool().createSequencedTaskRunner({ name: 'io' });
    const polling = postRepeatingTask(runner, () => undefined, { interval: 10, name: 'poll' });
    env.advanceBy(100);
    polling.cancel();
    env.expectTasks(runner).toBe({ io: '10ms p 9ms p 9ms p 9ms p 9ms p 9ms p 9ms p 9ms p 9ms p 9ms p' });
    expect(env.recorder.records.filter(({ outcome }) => outcome === 'done')).to.have.lengthOf(10);
    env.dispose();
  });
});
