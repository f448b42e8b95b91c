import { demandOptions, demandSignal } from './demand.js';
import { followSignal } from './signal-followers.js';

/**
 * A promise that `begin` settles, unless the signal aborts first. In that case it rejects with the signal's reason, and the
 * function that `begin` returned is called.
 */
export function wait<T = void>(
  options: { readonly signal?: AbortSignal | undefined } | undefined,
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
