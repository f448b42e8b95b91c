import type { TaskRecord } from './task-record.js';

/** `!` is cancelled, as an unsubscription is in RxJS's marbles, and `#` failed, as an error is. */
export type Sign = '!' | '#';

/** One run of a task as a row of a diagram shows it. A column is a frame: the time from one to the next. */
export interface TaskRun {
  readonly letter: string;
  /** The column it began in. */
  readonly start: number;
  /** How many columns it touches, its own and that of its sign included; one that has not ended counts to its sign. */
  frames: number;
  sign: { readonly kind: Sign; readonly at: number } | null;
  /** Whether it had not ended when the recording was looked at. */
  isOpen: boolean;
}

/** The run of a record, with columns of `scale` milliseconds counted from `from`; null when it never began. */
export function toRun(record: TaskRecord, letter: string, from: number, scale = 1): TaskRun | null {
  const { started, ended, settled, outcome } = record;
  if (started === null) return null;
  const columnOf = (time: number): number => Math.floor((time - from) / scale);
  const start = columnOf(started);
  const kind: Sign | null = outcome === 'cancelled' || outcome === 'rejected' ? '!' : outcome === 'failed' ? '#' : null;
  const sign = kind === null || settled === null ? null : { kind, at: columnOf(settled) };
  // What ended where a frame begins did not touch that frame.
  const untilEnd = ended === null ? 1 : Math.max(1, Math.ceil((ended - from) / scale) - start);
  const frames = sign === null ? untilEnd : Math.max(untilEnd, sign.at - start + 1);
  return { letter, start, frames, sign, isOpen: ended === null };
}

/** What a run looks like when it stands alone, from its column on. */
export function textOf({ letter, start, frames, sign, isOpen }: TaskRun): string {
  const tail = isOpen ? '>' : '';
  if (sign?.at === start) {
    const inside = letter + sign.kind + '='.repeat(frames - 1) + tail;
    return `(${inside})`;
  }
  const held = '='.repeat(frames - 1);
  if (sign === null) return letter + held + tail;
  const place = sign.at - start - 1;
  return letter + held.slice(0, place) + sign.kind + held.slice(place + 1) + tail;
}
