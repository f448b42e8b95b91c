import { FrameHost } from '../host/frame-host.js';
import { FrameScheduler } from '../kernel/frame-scheduler.js';
import { LoopRunner, type StandaloneRunnerOptions } from './loop-runner.js';
import type { Runner } from './runner.js';

/** The loop of all frame runners, so that priorities apply across them. */
let frames: FrameScheduler | null = null;

/**
 * Makes a sequenced runner whose tasks run just before a frame is painted, by `requestAnimationFrame`. Use it for drawing.
 *
 * - In each frame the tasks of all frame runners together run for at most the `turnBudget` of `configure` (5 ms). The rest
 *   runs in the next frames. RxJS's `animationFrameScheduler` runs everything in one frame, however long that takes.
 * - A task posted in a frame runs in the next one. So `interval(0, frames)`, or an action that re-arms itself, runs once
 *   per frame.
 * - In a hidden page there are no frames, so the tasks wait.
 * - Without `requestAnimationFrame`, as in Node, there is a frame every 16 ms. In virtual time and under fake timers the
 *   tasks run like those of any other runner.
 * - The runner belongs to no pool, so shut it down separately. At most one of its tasks is pending.
 *
 * A frame costs about a microsecond per task that runs in it, plus about 15 microseconds.
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
