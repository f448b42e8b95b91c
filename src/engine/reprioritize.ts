import type { PostedTask } from './posted-task.js';
import { DELAYED, QUEUED } from './task.js';
import type { Lane } from './traits.js';

/**
 * Gives a task another priority. In its runner's queue it keeps its place; in a pool, which has a queue per priority, it
 * joins the end of that of the new one. O(1).
 */
export function reprioritize(task: PostedTask<unknown>, lane: Lane): void {
  const { sequence, place } = task;
  const { owner, scheduler } = sequence;
  const isQueued = place === QUEUED;
  // One that has begun goes on where it is, and one that was not taken in yet has no place.
  const waits = place >= DELAYED || (isQueued && !task.hasBegun);
  const next = waits ? owner.sequenceOn(scheduler, lane, true) : sequence;
  if (isQueued && next === sequence) {
    sequence.reprioritize(task, lane);
    return;
  }
  if (isQueued) scheduler.withdraw(task);
  task.lane = lane;
  task.sequence = next;
  if (isQueued) {
    scheduler.arm(task, 0);
  } else if (place >= DELAYED) {
    sequence.delayed--;
    next.delayed++;
  }
}
