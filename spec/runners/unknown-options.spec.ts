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
  const misspelt = (name: string): never => ({ [name]: 1 }) as never;

  const calls: Record<string, () => unknown> = {
    ThreadPool: () => new ThreadPool(misspelt('workrs')),
    createSequencedTaskRunner: () => pool.createSequencedTaskRunner(misspelt('priorty')),
    createParallelTaskRunner: () =>
      pool.createParallelTaskRunner({ maxConcurrency: 2, ...(misspelt('maxConcurency') as object) }),
    createTaskRunner: () => createTaskRunner(misspelt('nmae')),
    createSingleThreadTaskRunner: () => createSingleThreadTaskRunner(misspelt('thraed')),
    createFrameTaskRunner: () => createFrameTaskRunner(misspelt('onTaskEror')),
    createIdleTaskRunner: () => createIdleTaskRunner(misspelt('priorty')),
    keyed: () => keyed(pool, misspelt('queu')),
    rateLimit: () => rateLimit({ starts: 1, per: 1, ...(misspelt('spred') as object) }),
    hold: () => hold(runner, misspelt('priorty')),
    timeLimit: () => timeLimit(1, noop, misspelt('letGoAftr')),
    retrying: () => retrying(noop, { count: 1, ...(misspelt('dely') as object) }),
    exponentialDelay: () => exponentialDelay(1, misspelt('factr')),
    postRepeatingTask: () => postRepeatingTask(runner, noop, { interval: 1, ...(misspelt('initialDely') as object) }),
    postJob: () => postJob(runner, { maxConcurrency: () => 0, work: noop, ...(misspelt('priorty') as object) }),
    whenIdle: () => whenIdle(runner, misspelt('timout')),
    whenRoom: () => whenRoom(runner, misspelt('placess')),
    shutdown: () => new ThreadPool().shutdown(misspelt('timout')),
    warnOfStalls: () => warnOfStalls(misspelt('atfer')),
    enableDebugMode: () => enableDebugMode(misspelt('heldfFor')),
    traceTasks: () => traceTasks(new WritableStream(), misspelt('bufer')),
    measureTasks: () => measureTasks(misspelt('keeep')),
    attributeLongTasks: () => attributeLongTasks({ report: noop, ...(misspelt('slowEvnt') as object) }),
    TaskEnvironment: () => new TaskEnvironment(misspelt('recrod')),
    inlineThreads: () => inlineThreads({}, misspelt('siez')),
  };
  for (const [name, call] of Object.entries(calls)) {
    it(name, () => {
      const error = errorOf(call);
      expect(error).to.be.an.instanceof(TypeError);
      expect(error.message).to.match(/^The options here are .+; got '\w+'\.$/);
    });
  }

  it('nobody where it resembles none: it is somebody else’s', () => {
    const config = { workers: 2, maxWorkers: 3, url: 'https://example.org' };
    expect(() => new ThreadPool(config)).not.to.throw();
  });

  it('no runner at a post, whose time counts', async () => {
    expect(await runner.postTask(() => 1, { dealy: 5 } as never)).to.equal(1);
  });
});
