import { expect } from 'chai';
import { type RunHelpers, TestScheduler } from 'rxjs/testing';

/**
 * RxJS's own `testScheduler.run()`, with nothing of ours around it: for tests of what a runner does in it, where
 * `marbles` would help too much. A test scheduler is used once, since its frame is not set back.
 */
export function rawRun<T>(test: (helpers: RunHelpers) => T): T {
  const testScheduler = new TestScheduler((actual: unknown, expected: unknown) => {
    expect(actual).to.deep.equal(expected);
  });
  return testScheduler.run(test);
}
