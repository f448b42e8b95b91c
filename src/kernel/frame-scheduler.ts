import { MORE, NOTHING, REST, type Verdict } from '../host/host.js';
import type { Task } from './task.js';
import { TurnScheduler } from './turn-scheduler.js';

/** Milliseconds. Clocks in pages are coarse: a post in a frame may have the same time as the start of the frame. */
const AFTER = 0.001;

/**
 * The loop of frames, with one turn per frame. A task posted in a frame runs in the next one, as with
 * `requestAnimationFrame`, so an action that re-arms itself runs once per frame.
 */
export class FrameScheduler extends TurnScheduler {
  /** When the frame began; null between two frames. */
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

  /** In a frame, only tasks that were due when it began. */
  protected override promote(now: number): boolean {
    return super.promote(this.begun === null ? now : Math.min(now, this.begun));
  }
}
