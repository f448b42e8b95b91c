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
  const next = owner.sequenceOn(scheduler, lane, true);
  if (place === QUEUED && (next === sequence || task.state === 'running')) {
    sequence.reprioritize(task, lane);
  } else if (place === QUEUED) {
    scheduler.withdraw(task);
    task.lane = lane;
    task.sequence = next;
    scheduler.arm(task, 0);
  } else {
    task.lane = lane;
    if (place < DELAYED || next === sequence) return;
    sequence.delayed--;
    next.delayed++;
    task.sequence = next;
  }
}
