import { expect } from 'chai';
import { concatMap, firstValueFrom, from, scheduled, timer } from 'rxjs';
import { TaskDeadlockError, type TaskRunner, ThreadPool } from 'rxjs-task-runner';
import { expectTasks, recordTasks, TaskEnvironment, type TaskRecorder, virtualCost } from 'rxjs-task-runner/testing';
import { brief } from '../support/tasks.js';

const pool = new ThreadPool({ workers: 2, name: 'pool' });
const page = pool.createSequencedTaskRunner({ name: 'page' });
const news = pool.createSequencedTaskRunner({ name: 'news' });

/** So many milliseconds as a promise. A timer is an action, and needs no worker; a delayed task would. */
const sleep = (ms: number) => firstValueFrom(timer(ms, pool));

/**
 * Promises cannot settle in the synchronous virtual time of `marbles`; in a TaskEnvironment they can. A task that awaits
 * is drawn as one with an observable.
 */
describe('A task that returns a promise holds its sequence until that settles', () => {
  let env: TaskEnvironment;
  let recorder: TaskRecorder;

  beforeEach(() => {
    env = new TaskEnvironment();
    recorder = recordTasks();
  });
  afterEach(() => {
    recorder.detach();
    env.dispose();
  });

  /** Lets time run out, and then looks. */
  async function runsAs(expected: Parameters<ReturnType<typeof expectTasks>['toBe']>[0]): Promise<void> {
    expectTasks(recorder, [page, news]).toBe(expected);
    await env.advanceByAsync(100);
    recorder.verify();
  }

  const post = (runner: TaskRunner, name: string, ms: number) =>
    runner.postTask(
      async () => {
        await sleep(ms);
        return name;
      },
      { name },
    );

  it('tasks of the sequence never overlap, so what they share needs no lock across an await', async () => {
    let balance = 10;
    const withdraw = async () => {
      const before = balance;
      await sleep(3);
      balance = before - 1;
    };
    for (const name of 'abc') page.postTask(withdraw, { name });
    await runsAs({ page: 'a==b==c==' });
    expect(balance).to.equal(7);
  });

  it('other sequences do not wait', async () => {
    post(page, 'a', 4);
    post(page, 'b', 2);
    post(news, 'x', 3);
    post(news, 'y', 3);
    await runsAs({
      page: 'a===b=',
      news: 'x==y==',
    });
  });

  it('a chain of awaits is one task, however long', async () => {
    page.postTask(
      async () => {
        for (let i = 0; i < 4; i++) await sleep(2);
      },
      { name: 'a' },
    );
    page.postTask(brief, { name: 'b' });
    await runsAs({ page: 'a=======b' });
  });

  it('one that rejects fails in that millisecond, and the sequence goes on', async () => {
    const failing = page.postTask(
      async () => {
        await sleep(3);
        throw new Error('boom');
      },
      { name: 'a' },
    );
    const heard = failing.then(brief, (error: unknown) => (error as Error).message);
    page.postTask(brief, { name: 'b' });
    await runsAs({ page: ['a==#', '---b'] });
    expect(await heard).to.equal('boom');
  });

  it('one that is cancelled holds on until its promise settles: its signal asks it to', async () => {
    const handle = page.postTask(
      async ({ signal }) => {
        await sleep(3);
        expect(signal.aborted).to.equal(true);
        await sleep(2);
      },
      { name: 'a' },
    );
    page.postTask(brief, { name: 'b' });
    env.at('-x', { x: () => handle.cancel() });
    await runsAs({ page: 'a!===b' });
  });

  it('one that awaits a handle of its own sequence would wait for itself: it rejects at once', async () => {
    const deadlocked = page.postTask(() => page.postTask(brief, { name: 'inner' }), { name: 'outer' });
    const heard = deadlocked.then(brief, (error: unknown) => error);
    await runsAs({ page: '(o#i)' });
    expect(await heard).to.be.instanceOf(TaskDeadlockError);
  });

  it('a stream may wait for tasks: a handle is a promise to RxJS', async () => {
    const loaded: string[] = [];
    const load = (name: string) => post(page, name, 3);
    from(['a', 'b'])
      .pipe(concatMap((name) => load(name)))
      .subscribe((name) => loaded.push(`${name} ${env.now()}`));
    await runsAs({ page: 'a==b==' });
    expect(loaded).to.deep.equal(['a 3', 'b 6']);
  });

  it('promises and async iterables on a scheduler are read by actions of it', async () => {
    // RxJS asks for the next value in one action after another, whether the last has come or not: it must not take time.
    async function* letters() {
      yield* 'ab';
    }
    const read: string[] = [];
    const note = (name: string) => read.push(`${name} ${env.now()}`);
    scheduled(letters(), page).subscribe(note);
    const later = sleep(5).then(() => 'c');
    scheduled(later, page).subscribe((name) => note(page.isCurrent() ? name : 'elsewhere'));
    await env.advanceByAsync(10);
    expect(read).to.deep.equal(['a 0', 'b 0', 'c 5']);
  });

  it('the cost of a task is on top of the thread, and under its promise: both must have ended', async () => {
    virtualCost({ page: { cost: 4 } });
    post(page, 'a', 2);
    post(page, 'b', 6);
    await runsAs({ page: 'a===b=====' });
  });
});
