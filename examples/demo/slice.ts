import type { Span } from './lane-recorder.js';
import type { LoopProbe } from './loop-probe.js';
import type { Screen } from './screen.js';
import { round } from './statistics.js';
import type { Keystroke } from './typist.js';

/** A stretch of time, in milliseconds. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** What happened around one press of a key, in milliseconds from that press. */
export interface Slice extends Stretch {
  readonly letter: string;
  /** How long that key waited for its answer. */
  readonly answeredAfter: number;
  /** When each lane ran. */
  readonly lanes: Readonly<Record<string, readonly Span[]>>;
  /** When the event loop came round. */
  readonly loop: readonly number[];
  readonly pressed: readonly Mark[];
  readonly answered: readonly Mark[];
}

/** A letter that was typed, or answered, at some moment. */
export interface Mark {
  readonly at: number;
  readonly letter: string;
}

/** What was seen from outside during a run. */
export interface Watched {
  readonly keystrokes: readonly Keystroke[];
  readonly screen: Screen;
  readonly probe: LoopProbe;
}

/** When a lane ran between two moments. */
export type SpansOf = (from: number, to: number) => readonly Span[];

/**
 * @param number of the key
 * @param around what of the run is kept, from the press of that key
 */
export function toSlice(
  { keystrokes, screen, probe }: Watched,
  number: number,
  around: Stretch,
  lanes: Readonly<Record<string, SpansOf>>,
): Slice {
  const key = keystrokes[number]!;
  const from = key.at + around.from;
  const to = key.at + around.to;
  const isInside = ({ at }: { at: number }): boolean => at >= from && at < to;
  const relative = (at: number): number => round(at - key.at);
  const spans = ([name, of]: [string, SpansOf]): [string, Span[]] => [
    name,
    of(from, to).map(([begin, end]) => [relative(begin), relative(end)]),
  ];
  return {
    ...around,
    letter: key.letter,
    answeredAfter: round(screen.waits[number]!),
    lanes: Object.fromEntries(Object.entries(lanes).map(spans)),
    loop: probe.rounds.filter((at) => at >= from && at < to).map(relative),
    pressed: keystrokes.filter(isInside).map(({ at, letter }) => ({ at: relative(at), letter })),
    answered: screen.shown.filter(isInside).map(({ at, key: { letter } }) => ({ at: relative(at), letter })),
  };
}
