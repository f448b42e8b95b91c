import { TurnScheduler } from '../../../src/engine/turn-scheduler.js';
import { HandHost } from './hand-host.js';
import { TinyOwner } from './hand-scheduler.js';
import { TinyTask, type TinyTraits } from './tiny-task.js';

/** A scheduler on a host driven by hand, one runner, and a log of what ran. */
export class Turns {
  readonly host: HandHost;
  readonly scheduler: TurnScheduler;
  readonly owner: TinyOwner;
  readonly ran: string[] = [];

  constructor(standsStill = false) {
    this.host = new HandHost();
    this.host.standsStill = standsStill;
    this.scheduler = new TurnScheduler(this.host);
    this.owner = new TinyOwner(this.scheduler);
  }

  /** Posts a task that takes `cost` milliseconds. */
  post(name = '', cost = 0, traits: TinyTraits = {}): TinyTask {
    return this.postTo(this.owner, name, cost, 0, traits);
  }

  /** Posts one that becomes ready in `delay` milliseconds. */
  postDelayed(name: string, delay: number, traits: TinyTraits = {}): TinyTask {
    return this.postTo(this.owner, name, 0, delay, traits);
  }

  postTo({ sequence }: TinyOwner, name: string, cost: number, delay: number, traits: TinyTraits = {}): TinyTask {
    const work = (task: TinyTask): unknown => {
      this.ran.push(name);
      this.host.time += cost;
      return traits.work?.(task);
    };
    const posted = new TinyTask(sequence, name, { ...traits, work });
    this.scheduler.arm(posted, delay);
    return posted;
  }

  /** What ran since this was last asked. */
  read(): string {
    return this.ran.splice(0).join(' ');
  }
}

/** Lets the continuations that are under way come. */
export async function microtasks(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}
