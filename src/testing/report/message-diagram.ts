import type { ObservableNotification } from 'rxjs';
import { deepEqual } from './deep-equal.js';
import { showValue } from './show-value.js';
import { Symbols } from './symbols.js';
import { drawLine, type Row } from './timeline.js';

/** What came out of an observable at which frame, as RxJS's test scheduler notes it. */
export interface Message {
  readonly frame: number;
  readonly notification: ObservableNotification<unknown>;
}

/** When an observable was subscribed to, and until when; `Infinity` for never. */
export interface SubscriptionSpan {
  readonly subscribedFrame: number;
  readonly unsubscribedFrame: number;
}

/** Messages as one row: `--a--(b|)`. */
export function messageRow(label: string, messages: readonly Message[], symbols: Symbols): Row {
  const last = messages.at(-1)?.notification.kind;
  return {
    label,
    cells: grouped(messages.map((message) => [message.frame, symbolOf(message, symbols)])),
    isOpen: last !== 'C' && last !== 'E',
  };
}

/** A subscription as one row: `--^--!`. */
export function subscriptionRow(label: string, span: SubscriptionSpan | undefined): Row {
  if (span === undefined) return { label, cells: new Map(), isOpen: false };
  const { subscribedFrame, unsubscribedFrame } = span;
  const marks: [number, string][] = [[subscribedFrame, '^']];
  if (unsubscribedFrame !== Infinity) marks.push([unsubscribedFrame, '!']);
  return { label, cells: grouped(marks), isOpen: unsubscribedFrame === Infinity };
}

/** What one character cannot say of a value, in one line: an inner observable as marbles, all else as it is written. */
export function showMessageValue(value: unknown): string {
  if (!isMessages(value)) return showValue(value);
  const symbols = new Symbols(undefined, deepEqual);
  const line = drawLine(messageRow('', value, symbols));
  const legend = symbols.legend();
  return `observable '${line}'${legend.length === 0 ? '' : ` with ${legend.join(', ')}`}`;
}

function symbolOf({ notification }: Message, symbols: Symbols): string {
  if (notification.kind === 'N') return symbols.of(notification.value);
  return notification.kind === 'C' ? '|' : '#';
}

/** What happens in one frame stands in brackets. */
function grouped(marks: readonly (readonly [number, string])[]): Map<number, string> {
  const byFrame = new Map<number, string[]>();
  for (const [frame, mark] of marks) byFrame.set(frame, [...(byFrame.get(frame) ?? []), mark]);
  return new Map(
    [...byFrame].map(([frame, cell]) => [frame, cell.length === 1 ? cell[0]! : `(${cell.join('')})`] as const),
  );
}

/** What RxJS makes of an observable that is the value of another. An empty array may be one, or just an empty array. */
export function isMessages(value: unknown): value is Message[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((item: unknown) => {
      if (typeof item !== 'object' || item === null) return false;
      const { frame, notification } = item as { frame?: unknown; notification?: { kind?: unknown } };
      return typeof frame === 'number' && typeof notification?.kind === 'string';
    })
  );
}
