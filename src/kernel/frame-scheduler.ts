import { MORE, NOTHING, REST, type Verdict } from '../host/host.js';
import type { Task } from './task.js';
import { TurnScheduler } from './turn-scheduler.js';

/** Milliseconds. Clocks of pages are coarse: a post in a frame may carry the time at which the frame began. */
const AFTER = 0.001;

/**
 * The loop of frames: one turn in each. What is posted in a frame runs in the next one, as with `requestAnimationFrame`, so
 * that an action which arms itself again runs once in each frame.
 */
export class FrameScheduler extends TurnScheduler {
  /** When the frame has begun; null between two frames. */
  private begun: number | null = null;

  override arm(task: Task, delay: number): void {
    if (delay > 0 || this.begun === null) {
      super.arm(task, delay);
      return;
    }
    this.delays.add(task, 0, Math.max(this.clock.now(), this.begun + AFTER), false);
    task.sequence.delay();
  }

  protected override beginTurn(): void {
    super.beginTurn();
    this.begun = this.lookedAt;
  }

  protected override work(): Verdict {
    const verdict = super.work();
    if (verdict === MORE) return MORE;
    const end = Math.max(this.clock.now(), (this.begun ?? 0) + AFTER);
    this.begun = null;
    this.promote(end);
    return this.lanes.isEmpty ? NOTHING : REST;
  }

  /** In a frame, no more than what was due when it has begun. */
  protected override promote(now: number): boolean {
    return super.promote(this.begun === null ? now : Math.min(now, this.begun));
  }
}
