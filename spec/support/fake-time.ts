import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import { microtasks } from './support.js';

const START = 1_000;

/** Fake timers, with a log of what happened when. */
export class FakeTime {
  readonly log: string[] = [];
  private readonly clock: SinonFakeTimers = useFakeTimers({ now: START });

  /** Milliseconds since it began. */
  get now(): number {
    return this.clock.now - START;
  }

  note(what: string): void {
    this.log.push(`${what} at ${this.now}`);
  }

  /** What a task does that only notes when it runs. */
  noting(what: string): () => void {
    return () => {
      this.note(what);
    };
  }

  /** Time passes, millisecond by millisecond, and whatever is due, promises too, comes at its time. */
  async pass(milliseconds: number): Promise<void> {
    await this.settle();
    for (let i = 0; i < milliseconds; i++) {
      this.clock.tick(1);
      await this.settle();
    }
  }

  /** Everything that is ready runs, and no time passes. */
  async settle(): Promise<void> {
    for (let i = 0; i < 3; i++) {
      await microtasks();
      this.clock.tick(0);
    }
    await microtasks();
  }

  /** Synchronous code that takes its time. */
  block(milliseconds: number): void {
    this.clock.tick(milliseconds);
  }

  /** The machine sleeps: each timer that was due meanwhile fires once, afterwards. */
  async sleep(milliseconds: number): Promise<void> {
    this.clock.jump(milliseconds);
    await this.settle();
  }

  /** A promise that resolves in so many milliseconds. */
  after(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      setTimeout(resolve, milliseconds);
    });
  }

  /** How many timers are armed. */
  get timers(): number {
    return this.clock.countTimers();
  }

  end(): void {
    this.clock.restore();
  }
}
