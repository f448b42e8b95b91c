import { demand } from '../base/errors.js';
import { followSignal } from '../base/signal-followers.js';
import type { WaitOptions } from '../engine/task-options.js';
import { demandOptions } from './options.js';

/** @throws TypeError when it is neither left out nor an `AbortSignal` */
export function demandSignal(signal: AbortSignal | undefined): void {
  const { addEventListener, removeEventListener } = (signal ?? {}) as Partial<AbortSignal>;
  const isSignal =
    signal === undefined || (typeof addEventListener === 'function' && typeof removeEventListener === 'function');
  demand(isSignal, 'The option signal must be an AbortSignal', signal);
}

/**
 * A promise of what `begin` settles it with, unless the signal aborts first: then it rejects with the signal's reason,
 * and what `begin` returned is called to take the wish back.
 */
export function wait<T>(
  options: WaitOptions | undefined,
  begin: (resolve: (value: T) => void, reject: (error: unknown) => void) => () => void,
): Promise<T> {
  demandOptions(options);
  const signal = options?.signal;
  demandSignal(signal);
  return new Promise<T>((resolve, reject) => {
    signal?.throwIfAborted();
    let isOver = false as boolean;
    let unfollow = (): void => undefined;
    const end = (): void => {
      isOver = true;
      unfollow();
    };
    const undo = begin(
      (value) => {
        end();
        resolve(value);
      },
      (error) => {
        end();
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the reason that was given
        reject(error);
      },
    );
    if (isOver || signal === undefined) return;
    unfollow = followSignal(signal, () => {
      undo();
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the reason that was given
      reject(signal.reason);
    });
  });
}
