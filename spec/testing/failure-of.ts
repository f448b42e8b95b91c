import { MarbleAssertionError } from '../../src/testing/index.js';

/** The error with which a marble test fails. */
export function failureOf(test: () => unknown): MarbleAssertionError {
  const error = thrownBy(test);
  if (error instanceof MarbleAssertionError) return error;
  throw new Error('It failed for another reason.', { cause: error });
}

export function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('It did not fail.');
}

/** A message with the files of the specs as Node names them. To a page they have an address. */
export function withoutOrigin(message: string): string {
  return message.replace(/http:\/\/[\w.:]+\/(?=spec\/)/g, '');
}

/** The message of a failure, with `HERE` for the lines of the spec, which move. */
export function messageOf(test: () => unknown): string {
  return withoutOrigin(failureOf(test).message).replace(/spec\/testing\/[\w.-]+:\d+/g, 'HERE');
}

/** A text as it is written in a spec: indented, with a line break before and after. */
export function text(strings: TemplateStringsArray): string {
  const lines = strings.raw.join('').split('\n').slice(1, -1);
  const indent = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(indent)).join('\n');
}
