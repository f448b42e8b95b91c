import { Subscription } from 'rxjs';
import type { Timed } from './delay-manager.js';
import { IDLE } from './place.js';

/** The part of a scheduler that keeps alarms. */
interface AlarmKeeper {
  disarm(alarm: Alarm): void;
  readonly clock: { later(run: () => void): void };
}

/**
 * An internal timer: calls `run` once, on the clock of a scheduler, so that virtual time works as for any delay.
 * Unsubscribing cancels it.
 *
 * It needs no sequence and no worker, and emits no events. Errors of `run` go to the host.
 */
export class Alarm extends Subscription implements Timed {
  place = IDLE;
  order = 0;
  delay: number | null = null;

  constructor(
    private readonly keeper: AlarmKeeper,
    private readonly call: () => void,
    readonly keepAlive: boolean,
  ) {
    super();
  }

  due(): void {
    this.unsubscribe();
    try {
      this.call();
    } catch (error) {
      this.keeper.clock.later(() => {
        throw error;
      });
    }
  }

  override unsubscribe(): void {
    if (this.place >= 0) this.keeper.disarm(this);
    super.unsubscribe();
  }
}
