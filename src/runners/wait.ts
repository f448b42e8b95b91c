import { demand } from '../base/errors.js';
import type { WaitOptions } from '../engine/task-options.js';

/** @throws TypeError when it is neither left out nor an `AbortSignal` */
export function demandSignal(signal: AbortSignal | undefined): void {
  const isSignal =
    signal === undefined || typeof (signal as Partial<AbortSignal> | null)?.removeEventListener === 'function';
  demand(isSignal, 'The option signal must be an AbortSignal', signal);
}

/**
 * A promise of what `begin` settles it with, unless the signal aborts first: then it rejects with the signal's reason,
 * and what `begin` returned is called to take the wish back.
 */
export function wait<T>(
  { signal }: WaitOptions = {},
  begin: (resolve: (value: T) => void, reject: (error: unknown) => void) => () => void,
): Promise<T> {
  demandSignal(signal);
  return new Promise<T>((resolve, reject) => {
    signal?.throwIfAborted();
    let isOver = false as boolean;
    const done = (value: T): void => {
      isOver = true;
      signal?.removeEventListener('abort', onAbort);
      resolve(value);
    };
    const undo = begin(done, reject);
    const onAbort = (): void => {
      undo();
      // Whatever the reason is, it is the one that was given.
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      reject(signal!.reason);
    };
    if (!isOver) signal?.addEventListener('abort', onAbort, { once: true });
  });
}
