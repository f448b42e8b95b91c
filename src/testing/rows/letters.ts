import { show } from '../../base/demand.js';
import { isLetter, lettersIn } from './parse-row.js';
import type { TaskRecord } from './task-record.js';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** The letters of runs in diagrams. */
export interface LetterOptions {
  /** The letters of tasks, by name. Defaults to the first letter of the name. */
  readonly letters?: Readonly<Record<string, string>> | undefined;
  /** The letter of actions and of tasks without a name. By default they are left out. */
  readonly unnamed?: string | undefined;
}

/** The letter of a record; null when it is left out. */
export type LetterOf = (record: TaskRecord) => string | null;

/**
 * The letters of tasks as `expectTasks` reads them: known before anything has run.
 *
 * @throws TypeError when a letter is no letter
 */
export function plainLetters({ letters = {}, unnamed }: LetterOptions = {}): LetterOf {
  for (const letter of [...Object.values(letters), ...(unnamed === undefined ? [] : [unnamed])]) {
    if (!isLetter(letter))
      throw new TypeError(`A letter must be one character other than a sign; got ${show(letter)}.`);
  }
  return ({ name }) => {
    if (name === '') return unnamed ?? null;
    return (Object.hasOwn(letters, name) ? letters[name] : undefined) ?? firstLetterOf(name);
  };
}

/** Letters of which each stands for one thing: a name, or the unnamed work of one runner. */
export function uniqueLetters(records: readonly TaskRecord[], options: LetterOptions = {}): LetterOf {
  const plain = plainLetters(options);
  const taken = new Map<string, string>();
  const byLabel = new Map<string, string>();
  // Those with a name choose first.
  for (const record of [...records.filter(({ name }) => name !== ''), ...records.filter(({ name }) => name === '')]) {
    const label = labelOf(record);
    if (byLabel.has(label)) continue;
    const letter = plain(record) ?? firstLetterOf(record.runner);
    const free = candidates(letter, record).find((candidate) => !taken.has(candidate)) ?? letter;
    byLabel.set(label, free);
    taken.set(free, label);
  }
  return (record) => byLabel.get(labelOf(record)) ?? null;
}

/** What a letter stands for, in words. */
export function labelOf({ name, runner, kind }: TaskRecord): string {
  const owner = runner === '' ? '' : ` of '${runner}'`;
  return name === '' ? `${kind}s${owner}` : `${name}${owner}`;
}

function firstLetterOf(name: string): string {
  return lettersIn(name)[0] ?? '*';
}

function candidates(letter: string, { name, runner }: TaskRecord): string[] {
  return [letter, swapCase(letter), ...lettersIn(name + runner + ALPHABET)];
}

function swapCase(letter: string): string {
  return letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase();
}
