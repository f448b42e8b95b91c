import { show } from '../../base/demand.js';
import { isRxjsVirtual } from '../../host/rxjs-clock.js';
import { MarbleRun } from './marble-run.js';
import type { MarbleOptions, MarbleTest } from './marble-test.js';
import { placeOfCallOf } from '../report/place.js';

/**
 * Runs a test in virtual time, where a column of a marble diagram is a frame, and a frame is a millisecond: RxJS's
 * `testScheduler.run` for all that runs on runners, wherever they were made. It works within any test framework, and
 * gives what `test` returns.
 *
 * ```ts
 * it('debounces on the runner', () => {
 *   marbles(({ hot, expectObservable, runner }) => {
 *     const keys = hot('     a-b---c|');
 *     expectObservable(keys.pipe(debounceTime(3, runner()))).toBe('-----b-(c|)');
 *   });
 * });
 * ```
 *
 * - A failure is one {@link MarbleAssertionError} that shows what was expected and what came, one below the other, and
 *   which task ran when. Every expectation that fails is shown.
 * - No test is green for want of being looked at: it fails when an expectation was never completed, when tasks are left at
 *   the end, when a task awaits a promise (none can settle here: that is for `TaskEnvironment`), and when a task failed
 *   and nobody awaited it.
 * - It does not hang while tasks, or anything else in virtual time, go on for ever. What loops inside one task does.
 * - A test that fails leaves nothing behind for the next one: whatever is pending is cancelled.
 *
 * What `test` itself throws is thrown as it is.
 *
 * @throws TypeError or RangeError when an option has a value that it cannot have
 * @throws Error inside of another `marbles` or `testScheduler.run`
 */
export function marbles<T>(test: MarbleTest<T>): T;
export function marbles<T>(options: MarbleOptions, test: MarbleTest<T>): T;
export function marbles<T>(first: MarbleOptions | MarbleTest<T>, second?: MarbleTest<T>): T {
  const [options, test] = typeof first === 'function' ? [{}, first] : [first, second];
  if (typeof test !== 'function') throw new TypeError(`The test must be a function; got ${show(test)}.`);
  if (isRxjsVirtual()) {
    throw new Error(
      'marbles() was called inside of another marbles() or testScheduler.run(): one virtual time cannot contain another.',
    );
  }
  return new MarbleRun(options, placeOfCallOf(marbles)).run(test);
}
