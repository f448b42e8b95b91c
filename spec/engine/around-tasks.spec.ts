import { expect } from 'chai';
import sinon from 'sinon';
import { ThreadPool } from '../../src/index.js';
import { listenToPosts, onPost, runTasksInside } from '../../src/engine/current.js';
import type { Task } from '../../src/engine/task.js';

const pool = new ThreadPool();

describe('what is put around tasks', () => {
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

  it('is told of every post, before the task is taken in: each listener until it stops', () => {
    expect(onPost).to.equal(null);
    const stops = ['a', 'b'].map((name) => listenToPosts((task) => log.push(`${name} ${task.place}`)));
    pool.postTask(() => undefined);
    stops[0]!();
    pool.schedule(() => undefined);
    stops[1]!();
    pool.schedule(() => undefined);
    expect(log).to.deep.equal(['a -1', 'b -1', 'b -1']);
    expect(onPost).to.equal(null);
  });
});
