import { expect } from 'chai';
import sinon from 'sinon';
import { ThreadPool } from '../../src/index.js';
import { currentOwner, currentTask, listenToPosts, onPost, runTasksInside } from '../../src/kernel/current.js';
import type { Task } from '../../src/kernel/task.js';

const pool = new ThreadPool();

describe('What is put around tasks', () => {
  let clock: sinon.SinonFakeTimers;
  let log: string[];

  beforeEach(() => {
    clock = sinon.useFakeTimers();
    log = [];
  });
  afterEach(() => clock.restore());

  const layer =
    (name: string) =>
    (_: Task, run: () => boolean): boolean => {
      log.push(`(${name}`);
      const isPending = run();
      log.push(`${name})`);
      return isPending;
    };

  it('is inside of what was there before, unless it is to be the outermost, until it is taken off', () => {
    const stops = [runTasksInside(layer('a')), runTasksInside(layer('b')), runTasksInside(layer('c'), true)];
    for (const stop of stops) {
      pool.schedule(() => log.push('runs'));
      clock.tick(1);
      log.push('-');
      stop();
    }
    pool.schedule(() => log.push('runs'));
    clock.tick(1);
    expect(log.join(' ')).to.equal('(c (a (b runs b) a) c) - (c (b runs b) c) - (c runs c) - runs');
  });

  it('sees the error of a task, which fails that task, whose layers were left', () => {
    const stop = runTasksInside((_, run) => {
      try {
        return run();
      } finally {
        log.push('left');
      }
    });
    const task = pool.postTask(() => {
      throw new Error('no');
    });
    task.then(undefined, () => undefined);
    clock.tick(1);
    stop();
    expect([log, task.state]).to.deep.equal([['left'], 'failed']);
  });

  it('is told of every post, before the task is taken in: each listener until it stops', () => {
    const before = onPost;
    const stops = ['a', 'b'].map((name) => listenToPosts((task) => log.push(`${name} ${task.place}`)));
    pool.postTask(() => undefined);
    stops[0]!();
    pool.schedule(() => undefined);
    stops[1]!();
    pool.schedule(() => undefined);
    expect(log).to.deep.equal(['a -1', 'b -1', 'b -1']);
    expect(onPost).to.equal(before);
  });
});

describe('The current task', () => {
  let clock: sinon.SinonFakeTimers;

  beforeEach(() => (clock = sinon.useFakeTimers()));
  afterEach(() => clock.restore());

  it('is the one whose synchronous part runs, also inside of another’s, and none between tasks', () => {
    const [outer, inner] = ['outer', 'inner'].map((name) => pool.createSequencedTaskRunner({ name }));
    const log: unknown[] = [];
    const note = (): unknown => log.push(currentOwner()?.name ?? null);
    outer!.schedule(() => {
      note();
      inner!.schedule(note);
      clock.tick(1);
      note();
    });
    note();
    clock.tick(10);
    note();
    outer!.schedule(() => {
      throw new Error('no');
    });
    expect(() => clock.tick(10)).to.throw('no');
    note();
    expect(log.filter((name) => name !== 'inner')).to.deep.equal([null, 'outer', 'outer', null, null]);
    expect(log).to.include('inner');
    expect(currentTask()).to.equal(null);
  });

  it('is none after an await', async () => {
    let seen: unknown = 'not asked';
    const task = pool.postTask(async () => {
      await Promise.resolve();
      seen = currentTask();
    });
    clock.tick(1);
    await task;
    expect(seen).to.equal(null);
  });
});
