import { isMessages, type Message } from './message-diagram.js';
import type { Equal, Symbols } from './symbols.js';

/** The first thing in which two recordings differ. */
export interface Difference {
  readonly frame: number;
  /** In one sentence, without a full stop. */
  readonly text: string;
  /** The index of the actual message that came later than it was expected, or null. */
  readonly late: number | null;
  /** The two values of one moment that are not the same, or null. */
  readonly values: { readonly expected: unknown; readonly actual: unknown } | null;
}

/** Whether two recordings are the same, frame for frame. */
export function sameMessages(actual: readonly Message[], expected: readonly Message[], equal: Equal): boolean {
  return (
    actual.length === expected.length &&
    actual.every((message, index) => {
      const other = expected[index]!;
      return message.frame === other.frame && isSame(message, other, equal);
    })
  );
}

/** Whether two values of messages are the same: inner observables by their messages, all else as `equal` has it. */
export function sameValue(actual: unknown, expected: unknown, equal: Equal): boolean {
  const areInner = isMessages(actual) && isMessages(expected);
  return areInner ? sameMessages(actual, expected, equal) : equal(actual, expected);
}

/** Where two recordings that are not the same first differ. Messages of one frame have an order, too. */
export function firstDifference(
  expected: readonly Message[],
  actual: readonly Message[],
  equal: Equal,
  symbols: Symbols,
): Difference {
  let index = 0;
  const last = Math.max(actual.length, expected.length) - 1;
  while (index < last && sameMessages(actual.slice(index, index + 1), expected.slice(index, index + 1), equal)) index++;
  const wanted = expected[index];
  const got = actual[index];
  if (wanted === undefined) return unexpected(got!, null, symbols);
  if (got?.frame === wanted.frame) return mismatch(wanted, got, symbols);
  if (got !== undefined && got.frame < wanted.frame) {
    return unexpected(got, expected.slice(index).find((other) => isSame(got, other, equal)) ?? null, symbols);
  }
  const late = actual.findIndex((other, place) => place >= index && isSame(other, wanted, equal));
  return missing(wanted, late < 0 ? null : late, actual[late], symbols);
}

function mismatch(wanted: Message, got: Message, symbols: Symbols): Difference {
  const { frame } = wanted;
  const [expected, actual] = [wanted.notification, got.notification];
  if (expected.kind === 'E' && actual.kind === 'E') {
    return { frame, text: `another error was expected at frame ${frame}`, late: null, values: null };
  }
  const text = `${nameOf(wanted, symbols)} was expected at frame ${frame}, and ${nameOf(got, symbols)} came`;
  const isPair = expected.kind === 'N' && actual.kind === 'N';
  return { frame, text, late: null, values: isPair ? { expected: expected.value, actual: actual.value } : null };
}

function unexpected(got: Message, wanted: Message | null, symbols: Symbols): Difference {
  const { frame } = got;
  const came = `${nameOf(got, symbols)} came at frame ${frame}`;
  if (wanted === null) return { frame, text: `${came}, where nothing was expected`, late: null, values: null };
  return { frame, text: `${came}, ${frames(wanted.frame - frame)} earlier than expected`, late: null, values: null };
}

function missing(wanted: Message, late: number | null, got: Message | undefined, symbols: Symbols): Difference {
  const { frame } = wanted;
  const expected = `${nameOf(wanted, symbols)} was expected at frame ${frame}`;
  if (got === undefined) return { frame, text: `${expected}, and never came`, late, values: null };
  return {
    frame,
    text: `${expected}, and came at ${got.frame}, ${frames(got.frame - frame)} late`,
    late,
    values: null,
  };
}

function isSame(actual: Message, expected: Message, equal: Equal): boolean {
  const [a, b] = [actual.notification, expected.notification];
  if (a.kind === 'N') return b.kind === 'N' && sameValue(a.value, b.value, equal);
  if (a.kind === 'E') return b.kind === 'E' && equal(a.error, b.error);
  return b.kind === 'C';
}

function nameOf({ notification }: Message, symbols: Symbols): string {
  if (notification.kind === 'N') return symbols.of(notification.value);
  return notification.kind === 'C' ? 'completion' : 'an error';
}

function frames(count: number): string {
  return count === 1 ? '1 frame' : `${count} frames`;
}
