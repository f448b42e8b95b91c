import type { Place } from './place.js';

/** One thing that is wrong with a test. */
export interface Problem {
  /** What, in full: a headline, and perhaps a diagram. */
  readonly text: string;
  /** The line of the test that is to blame. */
  readonly place?: Place;
  /** What was expected, and what came instead, where that can be said in lines of text. */
  readonly expected?: string;
  readonly actual?: string;
  readonly cause?: unknown;
}
