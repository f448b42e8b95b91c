import { MORE, NOTHING, REST, type Verdict } from '../host/host.js';
import type { Task } from './task.js';
import { TurnScheduler } from './turn-scheduler.js';

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
    const now = this.clock.now();
    this.delays.add(task, 0, now, false);
    task.sequence.delayed++;
  }

  protected override beginTurn(): void {
    super.beginTurn();
    this.begun = this.lookedAt;
  }

  protected override work(): Verdict {
    const verdict = super.work();
    if (verdict === MORE) return MORE;
    this.begun = null;
    this.promote(this.clock.now());
    return this.lanes.isEmpty ? NOTHING : REST;
  }

  /** In a frame, no more than what was due when it has begun. */
  protected override promote(now: number): boolean {
    return super.promote(this.begun === null ? now : Math.min(now, this.begun));
  }
}
