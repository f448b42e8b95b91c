import { show } from '../../base/demand.js';
import type { Sign, TaskRun } from './task-run.js';

const MILLISECONDS = { ms: 1, s: 1_000, m: 60_000 } as const;
const PROGRESSION = /^(\d+(?:\.\d+)?)(ms|s|m)(?= |$)/;

/** Whether a character can stand for a task. */
export function isLetter(character: string): boolean {
  return character.length === 1 && lettersIn(character).length === 1;
}

/** The characters of a text that can stand for a task; half of a surrogate pair cannot. */
export function lettersIn(text: string): readonly string[] {
  return text.match(/[^-=!#>()^|\s\ud800-\udfff]/g) ?? [];
}

/**
 * The runs that a row of a diagram shows, in order of their start.
 *
 * - A column is a frame; `-` is an idle one. Spaces are ignored. `10ms`, `2s`, `1m`, between spaces, is that much time.
 * - A letter is a run. Each `=` behind it is one more frame in which it holds its sequence.
 * - `!` says in which frame it was cancelled, `#` in which it failed; `>` that it had not ended.
 * - `(ab)` is one frame, in order, and as wide as it is written, as in RxJS. In it a sign belongs to the letter before
 *   it and to the same frame, and `=` is a frame of that letter: `(a!=b)`. A sign at its head ends the run before it.
 *
 * @throws SyntaxError when it means nothing
 */
export function parseRow(row: string): TaskRun[] {
  return new RowParser(row).parse();
}

class RowParser {
  private readonly runs: TaskRun[] = [];
  private frame = 0;
  /** The run that `=` and the signs belong to. */
  private current: TaskRun | null = null;
  /** The frame of the group it is in. */
  private group: number | null = null;

  constructor(private readonly row: string) {}

  parse(): TaskRun[] {
    const { row } = this;
    for (let place = 0; place < row.length; place++) {
      if (row[place] === ' ') continue;
      const match = place === 0 || row[place - 1] === ' ' ? PROGRESSION.exec(row.slice(place)) : null;
      if (match === null) {
        this.take(row[place]!, place);
        this.frame++;
      } else {
        if (this.group !== null) throw this.error('time cannot pass inside of a group', place);
        this.frame += Number(match[1]) * MILLISECONDS[match[2] as keyof typeof MILLISECONDS];
        place += match[0].length - 1;
      }
    }
    if (this.group !== null) throw this.error('a group is not closed', row.length);
    return this.runs;
  }

  private take(character: string, place: number): void {
    const run = this.current;
    switch (character) {
      case '-':
        if (this.group !== null) throw this.error('time cannot pass inside of a group', place);
        this.current = null;
        return;
      case '(':
        if (this.group !== null) throw this.error('a group cannot be in another', place);
        this.group = this.frame;
        return;
      case ')':
        if (this.group === null) throw this.error('no group is open', place);
        this.group = null;
        this.current = null;
        return;
      case '=':
        if (run === null || !this.isOfGroup(run)) throw this.error("'=' stands behind its run", place);
        run.frames = this.group === null ? this.frame - run.start + 1 : run.frames + 1;
        return;
      case '!':
      case '#':
        this.sign(character, place);
        return;
      case '>':
        if (run === null || !this.isOfGroup(run)) throw this.error("'>' stands behind its run", place);
        run.isOpen = true;
        run.frames = run.sign === null ? 1 : run.sign.at - run.start + 1;
        this.current = null;
        return;
      default:
        if (!isLetter(character)) throw this.error(`${show(character)} means nothing`, place);
        this.current = { letter: character, start: this.group ?? this.frame, frames: 1, sign: null, isOpen: false };
        this.runs.push(this.current);
    }
  }

  private sign(kind: Sign, place: number): void {
    const run = this.current;
    if (run === null) throw this.error(`'${kind}' stands behind its run`, place);
    if (run.sign !== null) throw this.error('a run has one sign', place);
    const at = this.group ?? this.frame;
    if (run.start === this.group && run.frames > 1) throw this.error("a sign stands before the '=' of a group", place);
    run.sign = { kind, at };
    run.frames = at - run.start + 1;
    // At the head of a group it ends a run from before the group.
    if (this.group !== null && run.start !== this.group) this.current = null;
  }

  /** Whether a run began in the group that is open, or none is. */
  private isOfGroup(run: TaskRun): boolean {
    return this.group === null || run.start === this.group;
  }

  private error(what: string, place: number): SyntaxError {
    return new SyntaxError(`In the row ${show(this.row)} ${what} (at its character ${place + 1}).`);
  }
}
