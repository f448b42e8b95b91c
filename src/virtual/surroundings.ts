import { hasSurroundings, type Surroundings, surroundingsNow } from '../host/zone.js';
import { listenToPosts, runTasksInside } from '../kernel/current.js';
import { failureHooks } from '../kernel/failures.js';
import type { Task } from '../kernel/task.js';

let isFollowing = false;

/**
 * Where zone.js or Node's `domain` is loaded, each task runs from now on in the zone or domain of its post, entered once per
 * task, as a timer of its own would; so do errors that nobody awaits. Outside of them, where the loop itself runs, there is
 * nothing to enter. Returns whether it is so.
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
