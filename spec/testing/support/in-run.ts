import { expect } from 'chai';
import { TestScheduler, type RunHelpers } from 'rxjs/testing';

/** Calls `test` in the virtual time of a `testScheduler.run()`, flushes it, and then gives what `look` sees in there. */
export function inRun<T>(test: (helpers: RunHelpers) => () => T): T {
  const scheduler = new TestScheduler((actual, expected) => void expect(actual).to.deep.equal(expected));
  return scheduler.run((helpers) => {
    const look = test(helpers);
    helpers.flush();
    return look();
  });
}
