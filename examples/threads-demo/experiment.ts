import { debounceTime, finalize, map, observeOn, Subject, switchMap, tap } from 'rxjs';
import { DEBOUNCE_MS } from '../demo/experiment.js';
import { LaneRecorder } from '../demo/lane-recorder.js';
import { LoopProbe } from '../demo/loop-probe.js';
import { Screen } from '../demo/screen.js';
import type { Watched } from '../demo/slice.js';
import { type Keystroke, Typist } from '../demo/typist.js';
import type { Contender, LaneName, Lanes, Machine } from './contenders.js';
import type { Match } from './fuzzy-search.js';
import { type WordList, wordOf } from './word-list.js';

/** One run of the program, on one contender. */
export interface Run extends Watched {
  readonly start: number;
  /** From the start until the last key is answered, in milliseconds. */
  readonly total: number;
  /** Milliseconds of processor time, of all threads. */
  readonly processorTime: number;
  readonly searches: { readonly begun: number; readonly cancelled: number };
  /** The answers that were shown, by what was asked. */
  readonly answers: ReadonlyMap<string, readonly string[]>;
  readonly lanes: Lanes;
}

/**
 * The program: somebody types into a field, and sees the words that are like what stands in it.
 *
 * The pipeline is the same for all contenders, but for the search.
 *
 * @param typingFor milliseconds; no key is pressed after that, but the first word is typed in any case
 */
export function runExperiment(
  { search }: Contender,
  { ui }: Machine,
  words: WordList,
  typingFor: number,
  onKey: (count: number) => void,
): Promise<Run> {
  const lanes: Lanes = new LaneRecorder<LaneName>();
  const screen = new Screen();
  const keys = new Subject<Keystroke>();
  const keystrokes: Keystroke[] = [];
  const answers = new Map<string, readonly string[]>();
  const searches = { begun: 0, cancelled: 0 };
  const counting = tap<Match[]>({
    subscribe: () => searches.begun++,
    unsubscribe: () => searches.cancelled++,
  });

  const answered = keys.pipe(
    debounceTime(DEBOUNCE_MS, ui),
    switchMap((key) =>
      search(key.text, lanes).pipe(
        counting,
        map((matches) => ({ key, matches })),
      ),
    ),
    observeOn(ui),
  );

  // From here on it is about starting, watching and ending it.
  return new Promise<Run>((resolve, reject) => {
    const start = performance.now();
    const processor = process.cpuUsage();
    let isTyping = true;

    const probe = new LoopProbe(start);
    const press = (key: Keystroke): void => {
      onKey(keystrokes.push(key));
      screen.pressed(key);
      lanes.run('typing', () => keys.next(key));
    };
    const typist = new Typist(start, press, () => {
      isTyping = false;
      endIfDone();
    });
    typist.stopAt(start + typingFor);

    const running = answered
      .pipe(
        finalize(() => {
          typist.leave();
          probe.close();
        }),
      )
      .subscribe({
        next: ({ key, matches }) =>
          lanes.run('typing', () => {
            const found = matches.map(({ number }) => wordOf(words, number));
            answers.set(key.text, found);
            screen.show({ key, words: found });
            endIfDone();
          }),
        error: reject,
      });

    function endIfDone(): void {
      if (isTyping || !screen.isUpToDate) return;
      const total = performance.now() - start;
      const { user, system } = process.cpuUsage(processor);
      running.unsubscribe();
      const processorTime = (user + system) / 1_000;
      resolve({ start, total, processorTime, keystrokes, searches, answers, screen, probe, lanes });
    }
  });
}
