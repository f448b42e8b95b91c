import { expect } from 'chai';
import {
  SequenceViolationError,
  TaskCancelledError,
  TaskDeadlockError,
  TaskRejectedError,
  TaskTimeoutError,
} from '../../src/base/errors.js';

describe('The errors', () => {
  it('are errors, known by their names and classes', () => {
    const errors = [
      [new TaskRejectedError('shutdown', 'm'), TaskRejectedError, 'TaskRejectedError'],
      [new TaskCancelledError('m'), TaskCancelledError, 'AbortError'],
      [new TaskDeadlockError('m'), TaskDeadlockError, 'TaskDeadlockError'],
      [new TaskTimeoutError('m'), TaskTimeoutError, 'TimeoutError'],
      [new SequenceViolationError('m'), SequenceViolationError, 'SequenceViolationError'],
    ] as const;
    for (const [error, constructor, name] of errors) {
      expect(error).to.be.instanceOf(Error).and.instanceOf(constructor);
      expect(error).to.include({ name, message: 'm' });
      expect(String(error)).to.equal(`${name}: m`);
      expect(error.stack).to.include('errors.spec');
    }
  });

  it('say why a task was rejected', () => {
    for (const reason of ['shutdown', 'full', 'timeout'] as const) {
      expect(new TaskRejectedError(reason, 'm').reason).to.equal(reason);
    }
  });

  it('give the reason of a cancellation as the cause, and have none where there was none', () => {
    const reason = { why: 'left the page' };
    expect(new TaskCancelledError('m', reason).cause).to.equal(reason);
    expect(new TaskCancelledError('m', null).cause).to.equal(null);
    expect(new TaskCancelledError('m')).not.to.have.property('cause');
  });
});
