import { expect } from 'chai';
import * as core from '../src/index.js';

describe('The core entry', () => {
  it('exports these names, and no others', () => {
    expect(Object.keys(core).sort()).to.deep.equal([
      'DeferredHandle',
      'SequenceChecker',
      'SequenceViolationError',
      'TaskCancelledError',
      'TaskDeadlockError',
      'TaskRejectedError',
      'TaskTimeoutError',
      'ThreadPool',
      'asyncContextHook',
      'bindToSequence',
      'bounded',
      'clear',
      'configure',
      'createFrameTaskRunner',
      'createIdleTaskRunner',
      'createSingleThreadTaskRunner',
      'createTaskRunner',
      'currentTaskRunner',
      'earlierErrors',
      'enableDebugMode',
      'exponentialDelay',
      'flush',
      'fromTask',
      'globalThreadPool',
      'hold',
      'initGlobalThreadPool',
      'keyed',
      'observeTasks',
      'pendingTasks',
      'postJob',
      'postRepeatingTask',
      'postTaskAndReply',
      'rateLimit',
      'retrying',
      'runShutdownBlockers',
      'setMaxConcurrency',
      'setWorkers',
      'shutdownGlobalThreadPool',
      'stats',
      'steps',
      'timeLimit',
      'useContextHook',
      'warnOfStalls',
      'whenIdle',
      'whenRoom',
    ]);
  });

  it('exports error classes that are errors, and say their names', () => {
    const errors = [
      new core.TaskRejectedError('shutdown', 'a'),
      new core.TaskCancelledError('b'),
      new core.TaskDeadlockError('c'),
      new core.SequenceViolationError('d'),
      new core.TaskTimeoutError('e'),
    ];
    for (const error of errors) expect(error).to.be.an.instanceof(Error);
    expect(errors.map(({ name }) => name)).to.deep.equal([
      'TaskRejectedError',
      'AbortError',
      'TaskDeadlockError',
      'SequenceViolationError',
      'TimeoutError',
    ]);
  });

  it('gives every runner frozen traits, with the defaults for what is left out', () => {
    const pool = new core.ThreadPool();
    const { traits } = pool.createSequencedTaskRunner();
    expect(traits).to.deep.equal({
      priority: 'user-visible',
      name: '',
      shutdownBehavior: 'skip-on-shutdown',
      keepAlive: true,
      backToBack: false,
    });
    const named = pool.createSequencedTaskRunner({ name: 'a', priority: 'background', backToBack: true });
    expect(named.traits).to.deep.equal({ ...traits, name: 'a', priority: 'best-effort', backToBack: true });
    for (const one of [traits, named.traits, pool.traits]) expect(Object.isFrozen(one)).to.be.true;
  });
});
