import type { Observable, Subscription } from 'rxjs';
import { type RunHelpers, TestScheduler } from 'rxjs/testing';
import { expectTasks, type TaskExpectation, type TaskTarget } from '../rows/expect-tasks.js';
import type { Message, SubscriptionSpan } from '../report/message-diagram.js';
import { MarbleAssertionError } from './marble-assertion-error.js';
import { type Place, placeOfCallOf } from '../report/place.js';
import type { Problem } from '../report/problem.js';
import { RecordedStream } from './recorded-stream.js';
import { streamProblem } from './stream-problem.js';
import { subscriptionProblem } from './subscription-problem.js';
import type { Equal } from '../report/symbols.js';
import type { TaskRecorder } from '../rows/task-recorder.js';
import { Waits } from './waits.js';

/** Something that was expected: `toBe` makes a check of it. */
interface Expectation {
  readonly what: string;
  readonly place: Place;
  isComplete: boolean;
}

/**
 * What a test expects of streams and subscriptions, as with RxJS's helpers of the same names.
 *
 * - It is looked at when the virtual time has run out, and every expectation that fails is reported.
 * - One that was never completed by `toBe` or `toEqual` is reported, too, and one that comes after the end throws.
 */
export class Expectations {
  private readonly all: Expectation[] = [];
  /** Those that have not been looked at. */
  private checks: (() => Problem | null)[] = [];
  private isOver = false;
  private readonly waits: Waits;

  constructor(
    private readonly scheduler: TestScheduler,
    private readonly recorder: TaskRecorder,
    private readonly equal: Equal,
  ) {
    this.waits = new Waits(() => recorder.records);
  }

  readonly expectObservable: RunHelpers['expectObservable'] = (observable, subscriptionMarbles = null) => {
    const expectation = this.expect('expectObservable', placeOfCallOf(this.expectObservable));
    const span = TestScheduler.parseMarblesAsSubscriptions(subscriptionMarbles, true);
    const actual = this.record(observable, span);
    const toBe = (marbles: string, values?: unknown, error?: unknown): void => {
      const expected: Message[] = TestScheduler.parseMarbles(marbles, values, error, true, true);
      this.check(expectation, placeOfCallOf(toBe), (place) =>
        streamProblem({ place, expected, actual, values, equal: this.equal, waits: this.waits }),
      );
    };
    const toEqual = (other: Observable<unknown>): void => {
      const expected = this.record(other, span);
      this.check(expectation, placeOfCallOf(toEqual), (place) =>
        streamProblem({ place, expected: expected.messages, actual, equal: this.equal, waits: this.waits }),
      );
    };
    return { toBe, toEqual };
  };

  readonly expectSubscriptions: RunHelpers['expectSubscriptions'] = (actual) => {
    const expectation = this.expect('expectSubscriptions', placeOfCallOf(this.expectSubscriptions));
    const toBe = (marbles: string | string[]): void => {
      const expected = (typeof marbles === 'string' ? [marbles] : marbles)
        .map((line): SubscriptionSpan => TestScheduler.parseMarblesAsSubscriptions(line, true))
        .filter(({ subscribedFrame }) => subscribedFrame !== Infinity);
      this.check(expectation, placeOfCallOf(toBe), (place) => subscriptionProblem(place, expected, actual));
    };
    return { toBe };
  };

  readonly expectTasks = (target?: TaskTarget): TaskExpectation => {
    const expectation = this.expect('expectTasks', placeOfCallOf(this.expectTasks));
    const toBe: TaskExpectation['toBe'] = (expected, options) => {
      expectTasks(this.recorder, target).toBe(expected, options);
      // It is looked at here, with the others.
      const check = this.recorder.checks.pop()!;
      this.check(expectation, placeOfCallOf(toBe), (place) => {
        const text = check.evaluate();
        return text === null ? null : { place, text: `expectTasks at ${String(place)}: ${uncapital(text)}` };
      });
    };
    return { toBe };
  };

  private expect(what: string, place: Place): Expectation {
    this.assertNotOver(what, place);
    const expectation = { what, place, isComplete: false };
    this.all.push(expectation);
    return expectation;
  }

  /** Looks at what can be looked at, once: the problems, in the order of the test. */
  evaluate(): Problem[] {
    const checks = this.checks.splice(0);
    return checks.flatMap((check) => check() ?? []);
  }

  /** No more is expected from now on: what was never completed. */
  end(): Problem[] {
    this.isOver = true;
    return this.all
      .filter(({ isComplete }) => !isComplete)
      .map(({ what, place }) => ({
        place,
        text: `${what}(…) at ${String(place)} was never evaluated: nobody called its toBe.`,
      }));
  }

  private check(expectation: Expectation, place: Place, look: (place: Place) => Problem | null): void {
    this.assertNotOver('toBe', place);
    expectation.isComplete = true;
    this.checks.push(() => look(place));
  }

  private record(observable: Observable<unknown>, span: SubscriptionSpan): RecordedStream {
    const { scheduler } = this;
    const stream = new RecordedStream(() => scheduler.frame);
    let subscription: Subscription;
    const { subscribedFrame, unsubscribedFrame } = span;
    scheduler.schedule(
      () => {
        subscription = stream.subscribeTo(observable);
      },
      subscribedFrame === Infinity ? 0 : subscribedFrame,
    );
    if (unsubscribedFrame !== Infinity) {
      scheduler.schedule(() => {
        subscription.unsubscribe();
      }, unsubscribedFrame);
    }
    return stream;
  }

  private assertNotOver(what: string, place: Place): void {
    if (!this.isOver) return;
    const text = `${what} was called after the end of marbles(), where nobody looks at it any more: call it inside.`;
    throw new MarbleAssertionError(text, '', '', place.stack);
  }
}

function uncapital(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
