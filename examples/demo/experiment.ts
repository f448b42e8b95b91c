import {
  debounceTime,
  finalize,
  from,
  observeOn,
  type Observable,
  of,
  scheduled,
  type SchedulerLike,
  Subject,
  subscribeOn,
  switchMap,
} from 'rxjs';
import type { Contender } from './contenders.js';
import { fingerprintOf } from './fingerprint.js';
import { LaneRecorder } from './lane-recorder.js';
import { LoopProbe } from './loop-probe.js';
import type { PrefixIndex } from './prefix-index.js';
import { Screen } from './screen.js';
import { type Keystroke, Typist } from './typist.js';

/** How long the search waits for the next key. Shorter than any gap of the typist, so that every key is looked up. */
export const DEBOUNCE_MS = 50;

/**
 * How the chunks get to the scheduler: all at once, as with any source that has its values at hand, or each when the
 * one before is done.
 */
export type Feed = 'burst' | 'paced';

/** The two halves of the program; with the task runner they are its user-blocking and its best-effort lane. */
export type LaneName = 'typing' | 'indexing';

/** One run of the program, on one contender. */
export interface Run {
  readonly start: number;
  /** How long it took to index the dictionary, in milliseconds. */
  readonly indexingMs: number;
  readonly words: number;
  readonly fingerprint: string;
  readonly keystrokes: readonly Keystroke[];
  readonly screen: Screen;
  readonly probe: LoopProbe;
  readonly lanes: LaneRecorder<LaneName>;
}

/**
 * The program: a dictionary is indexed while a person searches in it.
 *
 * Both pipelines are the same for all contenders, but for the schedulers they are handed.
 *
 * @param index where the words go: empty, and the same one for all runs
 */
export function runExperiment(
  { typing, indexing }: Contender,
  index: PrefixIndex,
  chunks: readonly string[][],
  feed: Feed,
  onIndexed: (words: number) => void,
): Promise<Run> {
  const screen = new Screen();
  const lanes = new LaneRecorder<LaneName>();
  const keys = new Subject<Keystroke>();
  const keystrokes: Keystroke[] = [];

  const answers = keys.pipe(
    debounceTime(DEBOUNCE_MS, typing),
    switchMap((key) => of({ key, words: lanes.run('typing', () => index.find(key.text)) })),
    observeOn(typing),
  );
  const arriving = arrivals(chunks, indexing, feed);

  // From here on it is about starting, watching and ending the two.
  return new Promise<Run>((resolve, reject) => {
    const start = performance.now();
    let indexingMs: number | undefined;
    let isTyping = true;

    const probe = new LoopProbe(start);
    const press = (key: Keystroke): void => {
      keystrokes.push(key);
      screen.pressed(key);
      keys.next(key);
    };
    const typist = new Typist(start, press, () => {
      isTyping = false;
      endIfDone();
    });

    const searching = answers
      .pipe(
        finalize(() => {
          building.unsubscribe();
          typist.leave();
          probe.close();
        }),
      )
      .subscribe({
        next: (answer) => {
          lanes.run('typing', () => screen.show(answer));
          endIfDone();
        },
        error: reject,
      });
    const building = arriving.subscribe({
      next: (chunk) => {
        lanes.run('indexing', () => chunk.forEach((word) => index.add(word)));
        onIndexed(index.size);
      },
      error: (error: Error) => {
        searching.unsubscribe();
        reject(error);
      },
      complete: () => {
        const end = performance.now();
        indexingMs = end - start;
        probe.stopAt(end);
        typist.stopAt(end);
      },
    });

    function endIfDone(): void {
      if (indexingMs === undefined || isTyping || !screen.isUpToDate) return;
      searching.unsubscribe();
      const fingerprint = fingerprintOf(index);
      resolve({ start, indexingMs, words: index.size, fingerprint, keystrokes, screen, probe, lanes });
    }
  });
}

/** The chunks of the dictionary, on a scheduler. */
function arrivals(chunks: readonly string[][], scheduler: SchedulerLike, feed: Feed): Observable<string[]> {
  return feed === 'burst'
    ? from(chunks).pipe(subscribeOn(scheduler), observeOn(scheduler))
    : scheduled(chunks, scheduler);
}
