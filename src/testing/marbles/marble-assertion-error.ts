/**
 * The error of `marbles` when a test fails. The message shows both diagrams, the values and the tasks. `expected` and
 * `actual` are only the diagrams, as text, for tools. `showDiff` tells mocha and vitest not to print them again.
 *
 * ```ts
 * try {
 *   marbles(({ expectObservable }) => expectObservable(of('b')).toBe('(a|)'));
 * } catch (error) {
 *   if (error instanceof MarbleAssertionError) console.log(error.actual);
 * }
 * ```
 */
export class MarbleAssertionError extends Error {
  override readonly name = 'MarbleAssertionError';
  /** Tells mocha and vitest not to print the difference again. */
  readonly showDiff = false;

  /**
   * @param frames the stack of the line that is to blame, without a headline; where it is left out, it is where this is
   * made
   */
  constructor(
    message: string,
    /** The expected diagram, as text. */
    readonly expected = '',
    /** The actual diagram, as text. */
    readonly actual = '',
    frames = '',
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    if (frames !== '') this.stack = `${this.name}: ${message}\n${frames}`;
  }
}
