import { expect } from 'chai';
import {
  createFrameTaskRunner,
  createIdleTaskRunner,
  createSingleThreadTaskRunner,
  createTaskRunner,
  enableDebugMode,
  exponentialDelay,
  hold,
  keyed,
  postJob,
  postRepeatingTask,
  rateLimit,
  retrying,
  ThreadPool,
  timeLimit,
  warnOfStalls,
  whenIdle,
  whenRoom,
} from '../../src/index.js';
import { TaskEnvironment } from '../../src/testing/index.js';
import { inlineThreads } from '../../src/threads/index.js';
import { attributeLongTasks, measureTasks, traceTasks } from '../../src/tracing/index.js';
import { errorOf } from '../support/support.js';

const noop = (): undefined => undefined;

describe('An option that is misspelt is refused by', () => {
  const pool = new ThreadPool();
  const runner = pool.createSequencedTaskRunner();
  /** As a program says it that no compiler checks. */
  const misspelt = { priorty: 'best-effort' } as never;

  const calls: Record<string, () => unknown> = {
    ThreadPool: () => new ThreadPool(misspelt),
    createSequencedTaskRunner: () => pool.createSequencedTaskRunner(misspelt),
    createParallelTaskRunner: () => pool.createParallelTaskRunner({ maxConcurrency: 2, ...(misspelt as object) }),
    createTaskRunner: () => createTaskRunner(misspelt),
    createSingleThreadTaskRunner: () => createSingleThreadTaskRunner(misspelt),
    createFrameTaskRunner: () => createFrameTaskRunner(misspelt),
    createIdleTaskRunner: () => createIdleTaskRunner(misspelt),
    keyed: () => keyed(pool, misspelt),
    rateLimit: () => rateLimit({ starts: 1, per: 1, ...(misspelt as object) }),
    hold: () => hold(runner, misspelt),
    timeLimit: () => timeLimit(1, noop, misspelt),
    retrying: () => retrying(noop, { count: 1, ...(misspelt as object) }),
    exponentialDelay: () => exponentialDelay(1, misspelt),
    postRepeatingTask: () => postRepeatingTask(runner, noop, { interval: 1, ...(misspelt as object) }),
    postJob: () => postJob(runner, { maxConcurrency: () => 0, work: noop, ...(misspelt as object) }),
    whenIdle: () => whenIdle(runner, misspelt),
    whenRoom: () => whenRoom(runner, misspelt),
    shutdown: () => new ThreadPool().shutdown(misspelt),
    warnOfStalls: () => warnOfStalls(misspelt),
    enableDebugMode: () => enableDebugMode(misspelt),
    traceTasks: () => traceTasks(new WritableStream(), misspelt),
    measureTasks: () => measureTasks(misspelt),
    attributeLongTasks: () => attributeLongTasks({ report: noop, ...(misspelt as object) }),
    TaskEnvironment: () => new TaskEnvironment(misspelt),
    inlineThreads: () => inlineThreads({}, misspelt),
  };
  for (const [name, call] of Object.entries(calls)) {
    it(name, () => {
      const error = errorOf(call);
      expect(error).to.be.an.instanceof(TypeError);
      expect(error.message).to.match(/^The options here are .+; got 'priorty'\.$/);
    });
  }

  it('no runner at a post, whose time counts', async () => {
    expect(await runner.postTask(() => 1, { dealy: 5 } as never)).to.equal(1);
  });
});
