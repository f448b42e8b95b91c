import { hasSurroundings, type Surroundings, surroundingsNow } from '../host/zone.js';
import { listenToPosts, runTasksInside } from '../kernel/current.js';
import { failureHooks } from '../kernel/failures.js';
import type { Task } from '../kernel/task.js';

let isFollowing = false;

/**
 * If zone.js or Node's `domain` is loaded, each task runs from now on in the zone or domain of its post, entered once per
 * task, as with its own timer. Errors that nobody awaits are reported there too. The loop itself runs outside of them,
 * where there is nothing to enter. Returns whether one of them is loaded.
 */
export function followSurroundings(): boolean {
  if (isFollowing || !hasSurroundings()) return isFollowing;
  isFollowing = true;
  const surroundings = new WeakMap<Task, Surroundings>();
  listenToPosts((task) => {
    const around = surroundingsNow();
    if (around !== null) surroundings.set(task, around);
  });
  runTasksInside((task, run) => {
    const around = surroundings.get(task);
    return around === undefined ? run() : around.run(run);
  });
  failureHooks.throwFor = (task, error) => {
    const raise = (): never => {
      throw error;
    };
    const around = surroundings.get(task);
    if (around === undefined) raise();
    else around.runGuarded(raise);
  };
  return true;
}
