import { subscriptionRow, type SubscriptionSpan } from '../report/message-diagram.js';
import type { Place } from '../report/place.js';
import type { Problem } from '../report/problem.js';
import { drawLine, drawTimeline } from '../report/timeline.js';

/** Compares when something was subscribed to with what was expected; null when it is the same. */
export function subscriptionProblem(
  place: Place,
  expected: readonly SubscriptionSpan[],
  actual: readonly SubscriptionSpan[],
): Problem | null {
  const count = Math.max(expected.length, actual.length);
  const first = Array.from({ length: count }, (_, index) => index).find(
    (index) => !isSame(expected[index], actual[index]),
  );
  if (first === undefined) return null;
  const number = (index: number): string => (count === 1 ? '' : ` ${index + 1}`);
  const rows = Array.from({ length: count }, (_, index) => [
    subscriptionRow(`expected${number(index)}`, expected[index]),
    subscriptionRow(`actual${number(index)}`, actual[index]),
  ]).flat();
  const { frame, text } = describe(expected[first], actual[first]);
  const which = count === 1 ? '' : `subscription ${first + 1}: `;
  return {
    place,
    text: [`expectSubscriptions at ${String(place)}: ${which}${text}.`, drawTimeline(rows, frame).join('\n')].join(
      '\n\n',
    ),
    expected: listing(expected),
    actual: listing(actual),
  };
}

function describe(
  wanted: SubscriptionSpan | undefined,
  got: SubscriptionSpan | undefined,
): { frame: number; text: string } {
  if (wanted === undefined)
    return { frame: got!.subscribedFrame, text: `came at frame ${got!.subscribedFrame}, where none was expected` };
  if (got === undefined)
    return { frame: wanted.subscribedFrame, text: `was expected at frame ${wanted.subscribedFrame}, and never came` };
  const isStart = wanted.subscribedFrame !== got.subscribedFrame;
  const [due, at] = isStart
    ? [wanted.subscribedFrame, got.subscribedFrame]
    : [wanted.unsubscribedFrame, got.unsubscribedFrame];
  const what = isStart ? '^' : '!';
  const frame = Math.min(due, at);
  if (due === Infinity) return { frame, text: `${what} came at frame ${at}, where it was expected to stay subscribed` };
  if (at === Infinity) return { frame, text: `${what} was expected at frame ${due}, and never came` };
  return { frame, text: `${what} was expected at frame ${due}, and came at ${at}` };
}

function isSame(a: SubscriptionSpan | undefined, b: SubscriptionSpan | undefined): boolean {
  return a?.subscribedFrame === b?.subscribedFrame && a?.unsubscribedFrame === b?.unsubscribedFrame;
}

function listing(spans: readonly SubscriptionSpan[]): string {
  return spans.map((span) => drawLine(subscriptionRow('', span))).join('\n');
}
