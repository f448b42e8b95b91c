import { expect } from 'chai';
import fc from 'fast-check';
import {
  SequenceViolationError,
  show,
  TaskCancelledError,
  TaskDeadlockError,
  TaskRejectedError,
} from '../../src/base/errors.js';

describe('The errors', () => {
  it('are errors, known by their names and classes', () => {
    const errors = [
      [new TaskRejectedError('shutdown', 'm'), TaskRejectedError, 'TaskRejectedError'],
      [new TaskCancelledError('m'), TaskCancelledError, 'AbortError'],
      [new TaskDeadlockError('m'), TaskDeadlockError, 'TaskDeadlockError'],
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
    expect(new TaskRejectedError('shutdown', 'm').reason).to.equal('shutdown');
  });

  it('give the reason of a cancellation as the cause, and have none where there was none', () => {
    const reason = { why: 'left the page' };
    expect(new TaskCancelledError('m', reason).cause).to.equal(reason);
    expect(new TaskCancelledError('m', null).cause).to.equal(null);
    expect(new TaskCancelledError('m')).not.to.have.property('cause');
  });
});

describe('show', () => {
  it('quotes text, and names functions and the kinds of objects', () => {
    expect(show('4')).to.equal(`'4'`);
    expect(show(4)).to.equal('4');
    expect(show(-0.5)).to.equal('-0.5');
    expect(show(4n)).to.equal('4');
    expect(show(NaN)).to.equal('NaN');
    expect(show(true)).to.equal('true');
    expect(show(null)).to.equal('null');
    expect(show(undefined)).to.equal('undefined');
    expect(show(Symbol('s'))).to.equal('Symbol(s)');
    expect(show(parseInt)).to.equal('a function');
    expect(show(() => 0)).to.equal('a function');
    expect(show([1])).to.equal('an object');
    expect(show(new Date(0))).to.equal('an object');
    expect(show(Object.create(null))).to.equal('an object');
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true }), (value) => {
        expect(show(value)).to.be.a('string');
      }),
    );
  });

  it('never throws at what throws when it is looked at', () => {
    const hostile = {
      get [Symbol.toStringTag](): string {
        throw new Error('Do not look.');
      },
    };
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const oddlyNamed = Object.defineProperty(() => 0, 'name', { value: Symbol('s') });
    for (const value of [hostile, proxy, oddlyNamed]) expect(show(value)).to.be.a('string');
  });
});
