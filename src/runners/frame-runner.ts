import { FrameHost } from '../host/frame-host.js';
import { FrameScheduler } from '../kernel/frame-scheduler.js';
import { LoopRunner, type StandaloneRunnerOptions } from './loop-runner.js';
import type { Runner } from './runner.js';

/** The loop of all frame runners, so that priority means something between them. */
let frames: FrameScheduler | null = null;

/**
 * A sequenced runner whose tasks run just before a frame is painted, by `requestAnimationFrame`: for what is drawn.
 *
 * - In each frame its tasks, and those of all frame runners, run for at most the `turnBudget` of `configure` (5 ms); the
 *   rest runs in the next frames. RxJS's `animationFrameScheduler` runs all in one frame, however long that takes.
 * - What is posted in a frame runs in the next one. So `interval(0, frames)`, or an action that arms itself again, runs once a
 *   frame.
 * - In a hidden page there are no frames, and so its tasks wait.
 * - Where there are no frames at all, as in Node, there is one every 16 ms. In virtual time, and under fake timers, its
 *   tasks run as those of every other runner.
 * - It belongs to no pool: one task at a time is pending, and it is shut down by itself.
 *
 * A frame costs about a microsecond for each task that runs in it, and for 15 more.
 *
 * ```ts
 * const frames = createFrameTaskRunner({ name: 'frames' });
 * rows$.pipe(mergeAll(), observeOn(frames)).subscribe(draw);
 * ```
 *
 * @throws RangeError or TypeError when an option is invalid
 */
export function createFrameTaskRunner(options?: StandaloneRunnerOptions): Runner {
  frames ??= new FrameScheduler(new FrameHost());
  return new LoopRunner(frames, options);
}
