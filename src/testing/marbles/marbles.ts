import { show } from '../../base/demand.js';
import { isRxjsVirtual } from '../../host/rxjs-clock.js';
import { MarbleRun } from './marble-run.js';
import type { MarbleOptions, MarbleTest } from './marble-test.js';
import { placeOfCallOf } from '../report/place.js';

/**
 * Runs a test in virtual time, where a column of a marble diagram is a frame, and a frame is a millisecond. It is RxJS's
 * `testScheduler.run` for streams and tasks on runners, wherever the runners were made. It works in any test framework, and
 * returns the result of `test`.
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
 * - A failure is one {@link MarbleAssertionError} that shows the expected and the actual diagrams, and which task ran when.
 *   It shows all failed expectations.
 * - No test passes unchecked: a test fails if an expectation was never completed, if tasks are left at the end, if a task
 *   awaits a promise (none can settle here: use a `TaskEnvironment`), and if a task failed and nobody awaited it.
 * - It does not hang if tasks, or other actions in virtual time, never end. An endless loop inside one task does hang.
 * - A failed test does not affect the next one: all pending tasks are cancelled.
 *
 * Errors thrown by `test` itself are passed on unchanged.
 *
 * @throws TypeError or RangeError when an option is invalid
 * @throws Error inside another `marbles` or `testScheduler.run`
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
