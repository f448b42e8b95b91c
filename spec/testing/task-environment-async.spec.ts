import { expect } from 'chai';
import { concatMap, from, interval, take } from 'rxjs';
import { type Runner, ThreadPool } from '../../src/index.js';
import { TaskEnvironment } from '../../src/testing/environment/task-environment.js';
import { errorOf, gate, rejectionOf } from '../support/support.js';

const pool = new ThreadPool({ name: 'pool' });
const a = pool.createSequencedTaskRunner({ name: 'a' });
const b = pool.createSequencedTaskRunner({ name: 'b' });

/** A timer of the pool: what an async task awaits, since on its own runner it would wait for itself. */
const sleep = (ms: number, runner: Runner = pool) => runner.postDelayedTask(() => undefined, ms);

describe('The asynchronous forms of a TaskEnvironment', () => {
  let env: TaskEnvironment;
  let log: string[];
  const write = (name: string) => void log.push(`${name}@${env.now()}`);

  beforeEach(() => {
    env = new TaskEnvironment();
    log = [];
  });

  afterEach(() => env.dispose({ allowPending: true }));

  it('let promise chains of any length settle before the next task', async () => {
    a.postTask(async () => {
      for (let i = 0; i < 1_000; i++) await Promise.resolve();
      write('end of a');
    });
    b.postTask(() => write('b'));
    await env.runUntilIdleAsync();
    expect(log).to.deep.equal(['end of a@0', 'b@0']);
  });

  it('let promises settle before the first task, so that what they post is seen', async () => {
    void Promise.resolve()
      .then(() => Promise.resolve())
      .then(() => a.postTask(() => write('posted by a promise')));
    await env.runUntilIdleAsync();
    expect(log).to.deep.equal(['posted by a promise@0']);
  });

  it('let them settle before time moves on, and after the last task', async () => {
    a.postTask(async () => {
      await Promise.resolve();
      b.postDelayedTask(() => write('b'), 5);
    });
    const handle = a.postDelayedTask(async () => {
      await Promise.resolve();
      return 'value';
    }, 10);
    void handle.then((value) => write(value));
    await env.advanceByAsync(10);
    expect(log).to.deep.equal(['b@5', 'value@10']);
  });

  it('keep a sequence held across await, for tasks and actions behind it', async () => {
    a.postTask(async () => {
      write('begin');
      await sleep(10);
      write('end');
    });
    a.postTask(() => write('task behind'));
    a.schedule(() => write('action behind'));
    b.postTask(() => write('elsewhere'));
    await env.advanceByAsync(9);
    expect(log).to.deep.equal(['begin@0', 'elsewhere@0']);
    await env.advanceByAsync(1);
    expect(log.slice(2)).to.deep.equal(['end@10', 'task behind@10', 'action behind@10']);
  });

  it('make timers inside async tasks virtual, on the pool', async () => {
    const done = a.postTask(async () => {
      let total = 0;
      for (const ms of [100, 1_000, 86_400_000]) {
        await sleep(ms);
        total += ms;
        write('slept');
      }
      return total;
    });
    await env.runUntilAsync(() => done.state === 'done');
    expect(log).to.deep.equal(['slept@100', 'slept@1100', 'slept@86401100']);
    expect(await done).to.equal(86_401_100);
  });

  it('make the same trap visible as real time: a timer on the own runner never comes', async () => {
    const stuck = a.postTask(async () => sleep(10, a), { name: 'stuck' });
    const { message } = await rejectionOf(env.runUntilAsync(() => stuck.state === 'done'));
    expect(message).to.contain("task 'stuck' of 'a'");
    expect(env.now()).to.equal(10);
  });

  it('work with promises inside a stream', async () => {
    interval(10, a)
      .pipe(
        take(3),
        concatMap((i) => from(sleep(25).then(() => i))),
      )
      .subscribe((i) => write(String(i)));
    await env.advanceToAsync(85);
    expect(log).to.deep.equal(['0@35', '1@60', '2@85']);
  });

  it('step through one task at a time', async () => {
    a.postTask(async () => {
      await Promise.resolve();
      write('a');
    });
    b.postTask(() => write('b'));
    expect(await env.stepAsync()).to.equal(true);
    expect(log).to.deep.equal(['a@0']);
    expect(await env.stepAsync()).to.equal(true);
    expect(await env.stepAsync()).to.equal(false);
    expect(log).to.deep.equal(['a@0', 'b@0']);
  });

  it('free a worker when the promise ends, and not before', async () => {
    const narrow = new ThreadPool({ workers: 1 });
    const first = gate();
    narrow.postTask(() => first.promise);
    narrow.postTask(() => write('second'));
    await env.runUntilIdleAsync();
    expect(log).to.deep.equal([]);
    first.open();
    await env.runUntilIdleAsync();
    expect(log).to.deep.equal(['second@0']);
  });

  it('refuse another verb until they are awaited', async () => {
    const advance = env.advanceByAsync(10);
    expect(errorOf(() => env.step()).message).to.equal('step was called while advanceByAsync goes on: await it first.');
    await advance;
    expect(env.step()).to.equal(false);
  });

  it('refuse a verb from a task after its await, which would let others run inside of the advance', async () => {
    const handle = a.postTask(async () => {
      await Promise.resolve();
      env.runUntilIdle();
    });
    const error = handle.then(null, (reason: unknown) => String(reason));
    await env.runUntilIdleAsync();
    expect(await error).to.contain('runUntilIdle was called while runUntilIdleAsync goes on');
  });

  it('end with an error when the environment is disposed of meanwhile, which says so too', async () => {
    const advance = rejectionOf(env.advanceByAsync(10));
    expect(errorOf(() => env.dispose()).message).to.contain('while advanceByAsync goes on: await it first');
    expect((await advance).message).to.contain('was disposed of while advanceByAsync went on');
  });
});
