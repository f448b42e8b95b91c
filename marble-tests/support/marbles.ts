import { expect } from 'chai';
import { type RunHelpers, TestScheduler } from 'rxjs/testing';

/**
 * Runs a marble test in virtual time: a column of the diagrams is a frame, and a frame is a millisecond by the clock of
 * every runner. A test scheduler is used once, since its frame is not set back.
 */
export function marbles<T>(test: (helpers: RunHelpers) => T): T {
  const testScheduler = new TestScheduler((actual: unknown, expected: unknown) => {
    expect(actual).to.deep.equal(expected);
  });
  return testScheduler.run(test);
}
