import { showValue } from './show-value.js';

/** Whether two values are the same for a test. */
export type Equal = (actual: unknown, expected: unknown) => boolean;

const RESERVED = new Set(Array.from('-|#()^! …'));
const SPARE = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789');

/**
 * One character for each value of a diagram, as its author wrote it where that can be known.
 *
 * What the test declared has its key; a string of one character stands for itself; everything else is given a letter
 * that is free. Equal values have the same character, so that two diagrams can be compared by eye.
 */
export class Symbols {
  private readonly byCharacter = new Map<string, unknown>();
  /** Those that have been asked for. */
  private readonly used = new Set<string>();

  /** @param declared the values of the test, by character */
  constructor(
    declared: unknown,
    private readonly equal: Equal,
  ) {
    if (typeof declared !== 'object' || declared === null) return;
    for (const [key, value] of Object.entries(declared)) {
      if (isOneCharacter(key) && !RESERVED.has(key)) this.byCharacter.set(key, value);
    }
  }

  of(value: unknown): string {
    const character = this.find(value) ?? this.add(value);
    this.used.add(character);
    return character;
  }

  /** `a = { id: 1 }` for each character that does not stand for itself. */
  legend(show: (value: unknown) => string = showValue): string[] {
    return [...this.used]
      .filter((character) => this.byCharacter.get(character) !== character)
      .map(
        (character) =>
          `${character} = ${this.byCharacter.has(character) ? show(this.byCharacter.get(character)) : 'another value'}`,
      );
  }

  private find(value: unknown): string | undefined {
    for (const [character, known] of this.byCharacter) if (this.equal(value, known)) return character;
    return undefined;
  }

  private add(value: unknown): string {
    const isOwn =
      typeof value === 'string' && isOneCharacter(value) && !RESERVED.has(value) && !this.byCharacter.has(value);
    const character = isOwn ? value : SPARE.find((spare) => !this.byCharacter.has(spare));
    if (character === undefined) return '?';
    this.byCharacter.set(character, value);
    return character;
  }
}

/** As RxJS counts them: emoji are one, too. */
function isOneCharacter(text: string): boolean {
  return Array.from(text).length === 1;
}
