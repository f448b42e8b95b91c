import { expect } from 'chai';
import * as core from '../src/index.js';

describe('The core entry', () => {
  it('exports these names, and no others', () => {
    expect(Object.keys(core).sort()).to.deep.equal([
      'KeyedTaskRunner',
      'ParallelTaskRunner',
      'SequenceBound',
      'SequenceChecker',
      'SequenceViolationError',
      'SequencedTaskRunner',
      'SingleThreadTaskRunner',
      'TaskCancelledError',
      'TaskDeadlockError',
      'TaskRejectedError',
      'TaskTimeoutError',
      'ThreadPool',
      'asyncContextHook',
      'bindToSequence',
      'configure',
      'createTaskRunner',
      'currentTaskRunner',
      'defaultTaskTraits',
      'enableDebugMode',
      'fromTask',
      'globalThreadPool',
      'initGlobalThreadPool',
      'observeTasks',
      'shutdownGlobalThreadPool',
      'useContextHook',
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

  it('has frozen default traits: user-visible, unnamed, skipped on shutdown, keeping alive', () => {
    const traits = core.defaultTaskTraits();
    expect(traits).to.deep.equal({
      priority: 'user-visible',
      name: '',
      shutdownBehavior: 'skip-on-shutdown',
      keepAlive: true,
    });
    expect(Object.isFrozen(traits)).to.be.true;
  });

  it('gives every runner frozen traits, with the defaults for what is left out', () => {
    const { traits } = new core.ThreadPool().createSequencedTaskRunner({ name: 'a', priority: 'background' });
    expect(traits).to.deep.equal({ ...core.defaultTaskTraits(), name: 'a', priority: 'best-effort' });
    expect(Object.isFrozen(traits)).to.be.true;
  });
});
