import type { WaitOptions } from '../engine/task-options.js';
import type { Watched, Watcher } from '../engine/watched.js';
import { wait } from './wait.js';

/** Resolves as soon as `isIdle` says so: now, or when some task of those watched has ended or was cancelled. */
export function whenIdle(
  options: WaitOptions | undefined,
  watched: readonly Watched[],
  isIdle: () => boolean,
): Promise<void> {
  return wait(options, (resolve) => {
    const stop = (): void => {
      for (const one of watched) one.unwatch(watcher);
    };
    const watcher: Watcher = {
      left: () => {
        if (!isIdle()) return;
        stop();
        resolve();
      },
    };
    for (const one of watched) one.watch(watcher);
    if (isIdle()) {
      stop();
      resolve();
    }
    return stop;
  });
}
