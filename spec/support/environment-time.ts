import { ThreadPool } from '../../src/index.js';
import { TaskEnvironment } from '../../src/testing/environment/task-environment.js';

/** The time of a `TaskEnvironment`, with a log of what happened when, in the words of `FakeTime`. */
export class EnvironmentTime {
  readonly log: string[] = [];
  private readonly env = new TaskEnvironment();
  // Of a pool of its own, so that what waits neither waits for a worker of the spec's pools nor holds one.
  private readonly clock = new ThreadPool({ workers: Infinity });

  get now(): number {
    return this.env.now();
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

  /** Time passes, and whatever is due, promises too, comes at its time. */
  async pass(milliseconds: number): Promise<void> {
    await this.env.advanceByAsync(milliseconds);
  }

  /** Everything that is ready runs, and no time passes. */
  async settle(): Promise<void> {
    await this.env.runUntilIdleAsync();
  }

  /** A promise that resolves in so many milliseconds. */
  async after(milliseconds: number): Promise<void> {
    await this.clock.postDelayedTask(() => undefined, milliseconds);
  }

  /** Whether nothing is ready or delayed. */
  get isIdle(): boolean {
    return this.env.nextTaskDelay() === Infinity;
  }

  end(): void {
    this.env.dispose({ allowPending: true });
  }
}
