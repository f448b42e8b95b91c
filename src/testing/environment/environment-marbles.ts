import { TestScheduler } from 'rxjs/testing';
import { show } from '../../base/demand.js';

/** What to do at one moment of a diagram. */
export interface Act {
  /** In milliseconds, from the moment at which the diagram begins. */
  readonly frame: number;
  readonly mark: string;
  readonly run: () => void;
}

/**
 * The acts of a diagram, in its order: RxJS's own marble rules, one millisecond a frame, with time progression
 * (`'a 10ms b'`) and groups (`'--(ab)'`).
 *
 * @throws TypeError when a mark has no act, or an act no mark: neither would be noticed otherwise
 */
export function actsOf(marbles: string, acts: Readonly<Record<string, () => void>>): Act[] {
  if (typeof marbles !== 'string')
    throw new TypeError(`The acts need a diagram, which is a string; got ${show(marbles)}.`);
  const found = parse(marbles).map(({ frame, notification }) => {
    const mark = notification.kind === 'N' ? String(notification.value) : notification.kind === 'C' ? '|' : '#';
    const run = Object.hasOwn(acts, mark) ? acts[mark] : undefined;
    if (typeof run !== 'function') {
      const what = Object.hasOwn(acts, mark) ? `the act must be a function; got ${show(run)}` : 'there is no act';
      throw new TypeError(`The diagram '${marbles}' has the mark '${mark}', for which ${what}.`);
    }
    return { frame, mark, run };
  });
  const unused = Object.keys(acts).find((name) => !found.some(({ mark }) => mark === name));
  if (unused !== undefined) throw new TypeError(`The act '${unused}' is nowhere in the diagram '${marbles}'.`);
  return found;
}

function parse(marbles: string): ReturnType<typeof TestScheduler.parseMarbles> {
  // It would move the whole diagram, into the past.
  if (marbles.includes('^')) throw new TypeError(`The diagram '${marbles}' begins at its left end; got a mark '^'.`);
  // A `run()` of nothing but this, since a mark is ten milliseconds outside of one.
  return new TestScheduler(() => undefined).run(() =>
    TestScheduler.parseMarbles(marbles, undefined, undefined, false, true),
  );
}

/** The acts that are to come, of all diagrams, by time; those of one moment in the order in which they were given. */
export class Agenda {
  private acts: (Act & { readonly time: number; readonly marbles: string })[] = [];

  /** When the next one is; `Infinity` when there is none. */
  get nextTime(): number {
    return this.acts[0]?.time ?? Infinity;
  }

  add(marbles: string, acts: readonly Act[], origin: number): void {
    const placed = acts.map((act) => ({ ...act, time: origin + act.frame, marbles }));
    this.acts = [...this.acts, ...placed].sort((a, b) => a.time - b.time);
  }

  /** The next act, if its time has come. */
  take(now: number): Act | undefined {
    return this.nextTime <= now ? this.acts.shift() : undefined;
  }

  /** What is left, in words, and forgets it. */
  clear(): string[] {
    return this.acts.splice(0).map(({ mark, marbles }) => `The act '${mark}' of '${marbles}' (its time never came)`);
  }
}
