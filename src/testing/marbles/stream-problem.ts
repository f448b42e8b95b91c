import { isObservable } from 'rxjs';
import { firstDifference, sameMessages, sameValue } from '../report/first-difference.js';
import { type Message, messageRow, showMessageValue } from '../report/message-diagram.js';
import type { Place } from '../report/place.js';
import type { Problem } from '../report/problem.js';
import type { RecordedStream } from './recorded-stream.js';
import { showBoth } from '../report/show-value.js';
import { type Equal, Symbols } from '../report/symbols.js';
import { drawTimeline } from '../report/timeline.js';
import type { Waits } from './waits.js';

export interface StreamCheck {
  readonly place: Place;
  readonly expected: readonly Message[];
  readonly actual: RecordedStream;
  /** The values by character, as the test gave them. */
  readonly values?: unknown;
  readonly equal: Equal;
  readonly waits: Waits;
}

/** Compares what came out of a stream with what was expected; null when it is the same. */
export function streamProblem({ place, expected, actual, values, equal, waits }: StreamCheck): Problem | null {
  const { messages, emitters } = actual;
  if (sameMessages(messages, expected, equal)) return null;
  const symbols = new Symbols(materialized(values), (a, b) => sameValue(a, b, equal));
  // First the expected ones, so that they keep the characters that the test gave them.
  const rows = [messageRow('expected', expected, symbols), messageRow('actual', messages, symbols)];
  const { frame, text, late, values: pair } = firstDifference(expected, messages, equal, symbols);
  const headline = `expectObservable at ${String(place)}: ${text}.`;
  const diagram = drawTimeline(rows, frame);
  const legend = [...symbols.legend(showMessageValue), ...errorLegend(expected, messages, equal)];
  const where = pair === null ? '' : showBoth(pair.expected, pair.actual).where;
  if (where !== '') legend.push(where);
  const wait = late === null ? null : waits.explain(emitters[late] ?? null, messages[late]!.frame);
  const blocks = [headline, diagram.join('\n'), legend.join('\n'), wait ?? ''];
  return {
    place,
    text: blocks.filter((block) => block !== '').join('\n\n'),
    expected: listing(expected),
    actual: listing(messages),
  };
}

/** The values of a test, with the cold observables among them as they are compared: by their messages. */
function materialized(values: unknown): unknown {
  if (typeof values !== 'object' || values === null) return undefined;
  return Object.fromEntries(
    Object.entries(values).map(([key, value]: [string, unknown]) => {
      const messages = isObservable(value) ? (value as { messages?: unknown }).messages : undefined;
      return [key, messages ?? value];
    }),
  );
}

/** What `#` stands for, where that is not RxJS's `'error'` on both sides. */
function errorLegend(expected: readonly Message[], actual: readonly Message[], equal: Equal): string[] {
  const [wanted, got] = [errorOf(expected), errorOf(actual)];
  if (wanted !== null && got !== null) {
    if (equal(got.error, wanted.error))
      return wanted.error === 'error' ? [] : [`# = ${showMessageValue(wanted.error)}`];
    const both = showBoth(wanted.error, got.error);
    return [`# = ${both.expected} expected`, `# = ${both.actual} came${both.where === '' ? '' : `; ${both.where}`}`];
  }
  const error = wanted ?? got;
  return error === null || error.error === 'error' ? [] : [`# = ${showMessageValue(error.error)}`];
}

function errorOf(messages: readonly Message[]): { error: unknown } | null {
  const last = messages.at(-1)?.notification;
  return last?.kind === 'E' ? { error: last.error } : null;
}

/** One message a line, for tools that compare lines. */
function listing(messages: readonly Message[]): string {
  return messages
    .map(({ frame, notification }) => {
      if (notification.kind === 'C') return `${frame}: completed`;
      if (notification.kind === 'E') return `${frame}: error ${showMessageValue(notification.error)}`;
      return `${frame}: ${showMessageValue(notification.value)}`;
    })
    .join('\n');
}
