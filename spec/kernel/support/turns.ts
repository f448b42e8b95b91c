import { TurnScheduler } from '../../../src/kernel/turn-scheduler.js';
import { HandHost } from './hand-host.js';
import { TinyOwner, type TinyOwnerOptions } from './hand-scheduler.js';
import { TinyTask, type TinyTraits } from './tiny-task.js';

/** A scheduler on a host driven by hand, one runner or more, and a log of what ran. */
export class Turns {
  readonly host = new HandHost();
  readonly scheduler = new TurnScheduler(this.host);
  readonly owner = this.runner();
  readonly ran: string[] = [];

  /** Another runner. */
  runner(options: TinyOwnerOptions = {}): TinyOwner {
    return new TinyOwner(this.scheduler, '', options);
  }

  /** Posts a task that takes `cost` milliseconds. */
  post(name = '', cost = 0, traits: TinyTraits = {}): TinyTask {
    return this.postTo(this.owner, name, { cost, ...traits });
  }

  /** Posts one that becomes ready in `delay` milliseconds. */
  postDelayed(name: string, delay: number, traits: TinyTraits = {}): TinyTask {
    return this.postTo(this.owner, name, { delay, ...traits });
  }

  postTo(
    { sequence }: TinyOwner,
    name: string,
    { cost = 0, delay = 0, ...traits }: TinyTraits & { cost?: number; delay?: number } = {},
  ): TinyTask {
    const work = (task: TinyTask): unknown => {
      this.ran.push(name);
      this.host.time += cost;
      return traits.work?.(task);
    };
    const task = new TinyTask(sequence, name, { ...traits, work });
    this.scheduler.arm(task, delay);
    return task;
  }

  /** What ran since this was last asked. */
  read(): string {
    return this.ran.splice(0).join(' ');
  }
}
