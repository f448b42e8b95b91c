/**
 * Asserts what must hold of an argument. `rule` is a sentence that names what it is and what it must be.
 *
 * @throws TypeError with the rule and the value
 */
export function demand(holds: boolean, rule: string, value: unknown): asserts holds {
  if (!holds) throw new TypeError(`${rule}; got ${show(value)}.`);
}

/**
 * The same for what must be a number.
 *
 * @throws RangeError when it is another number, TypeError when it is none
 */
export function demandNumber(holds: boolean, rule: string, value: unknown): asserts holds {
  if (!holds && typeof value === 'number') throw new RangeError(`${rule}; got ${value}.`);
  demand(holds, rule, value);
}

/** @throws RangeError or TypeError when `value` is not a number of milliseconds, 0 or more */
export function toDuration(name: string, value: number): number {
  const isTime = typeof value === 'number' && value >= 0;
  demandNumber(isTime, `${name} must be a number of milliseconds, 0 or more, or Infinity`, value);
  return value;
}

/** @throws TypeError when `value` is not an object */
export function demandObject(value: unknown, rule: string): asserts value is object {
  demand(typeof value === 'object' && value !== null, rule, value);
}

/**
 * The same for what must be one of a few values. The message is made only when it is needed, since each post asks.
 *
 * @throws TypeError when it is another value
 */
export function demandOneOf<T>(value: T, values: readonly T[], name: string): void {
  if (values.includes(value)) return;
  const shown = values.map(show);
  const last = shown.pop();
  demand(false, `${name} must be ${shown.join(', ')} or ${last}`, value);
}

/**
 * @param known the names of all of them: one that is misspelt would be ignored in silence. Names that resemble none of them are
 *   somebody else's, and pass. Left out where options are passed on, and at each post, whose time counts
 * @throws TypeError when `options` is neither left out nor an object, or has one that is misspelt
 */
export function demandOptions<O extends object>(options: O | undefined, known?: readonly (keyof O & string)[]): void {
  const given: unknown = options;
  if (given === undefined) return;
  demandObject(given, 'Options must be an object');
  if (known === undefined) return;
  const names: readonly string[] = known;
  for (const name of Object.keys(given)) {
    const isSound = names.includes(name) || !names.some((known) => isMisspelt(name, known));
    demand(isSound, `The options here are ${names.join(', ')}`, name);
  }
}

/** Whether one letter is missing, or too many, or two neighbours have changed places. */
function isMisspelt(name: string, known: string): boolean {
  const without = (text: string, i: number): string => text.slice(0, i) + text.slice(i + 1);
  for (let i = 0; i <= known.length; i++) {
    const swapped = known.slice(0, i) + known.charAt(i + 1) + known.charAt(i) + known.slice(i + 2);
    if ([without(known, i), swapped].includes(name) || without(name, i) === known) return true;
  }
  return false;
}

/** @throws TypeError when `signal` is neither left out nor an `AbortSignal` */
export function demandSignal(signal: AbortSignal | undefined): void {
  const { addEventListener, removeEventListener } = (signal ?? {}) as Partial<AbortSignal>;
  const isSignal =
    signal === undefined || (typeof addEventListener === 'function' && typeof removeEventListener === 'function');
  demand(isSignal, 'The option signal must be an AbortSignal', signal);
}

/** Whether it may be a count: a positive integer, or `Infinity`. */
export function isCount(value: number): boolean {
  return value === Infinity || (Number.isInteger(value) && value > 0);
}

/** `value` as it should stand in the message of an error: quoted when it is text, never throwing. */
export function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return 'a function';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
