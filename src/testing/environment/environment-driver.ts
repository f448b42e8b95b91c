import { realScheduler } from '../../virtual/in-force.js';
import { isRxjsVirtual } from '../../host/rxjs-clock.js';
import type { EnvironmentLoop, Steps } from './environment-loop.js';

/** The verb of an environment that is going on. */
export interface Verb {
  readonly name: string;
  readonly isAsync: boolean;
}

/** Goes through the steps of one verb at a time, at once or letting promises settle between them. */
export class EnvironmentDriver {
  verb: Verb | null = null;
  isDisposed = false;

  constructor(private readonly loop: EnvironmentLoop) {}

  /** @throws what failed meanwhile, when all steps are done */
  drive<T>(name: string, steps: Steps<T>): T {
    this.enter({ name, isAsync: false });
    let step: IteratorResult<undefined, T>;
    try {
      do step = steps.next();
      while (step.done !== true);
    } catch (error) {
      this.leave([error]);
      throw error;
    }
    this.leave([]);
    return step.value;
  }

  /** @throws what failed meanwhile, when all steps are done */
  async driveAsync<T>(name: string, steps: Steps<T>): Promise<T> {
    this.enter({ name, isAsync: true });
    let step: IteratorResult<undefined, T>;
    try {
      do {
        await settle();
        if (this.isDisposed) throw new Error(`The TaskEnvironment was disposed of while ${name} went on.`);
        step = steps.next();
      } while (step.done !== true);
    } catch (error) {
      this.leave([error]);
      throw error;
    }
    this.leave([]);
    return step.value;
  }

  /** @throws Error when the verb cannot be called now */
  assertActive(name: string): void {
    if (this.isDisposed) throw new Error(`${name} was called on a TaskEnvironment that is disposed of.`);
    if (isRxjsVirtual()) {
      throw new Error(`${name} was called inside a testScheduler.run(), which has a clock of its own.`);
    }
  }

  private enter(verb: Verb): void {
    this.assertActive(verb.name);
    if (this.verb !== null) {
      const remedy = this.verb.isAsync ? 'await it first' : 'a task cannot let others run inside of its own turn';
      throw new Error(`${verb.name} was called while ${this.verb.name} goes on: ${remedy}.`);
    }
    this.verb = verb;
    this.loop.begin();
  }

  private leave(errors: readonly unknown[]): void {
    this.loop.report();
    this.verb = null;
    throwAll([...errors, ...this.loop.takeErrors()]);
  }
}

/** Throws one as it is, and several together. */
export function throwAll(errors: readonly unknown[]): void {
  if (errors.length === 0) return;
  if (errors.length === 1) throw errors[0];
  const messages = errors.map((error) => (error instanceof Error ? error.message : String(error)));
  throw new AggregateError(errors, `${errors.length} errors occurred:\n- ${messages.join('\n- ')}`);
}

/**
 * Resolves in a real macrotask: all microtasks come before it, and those that they ask for, so one is enough for a chain
 * of promises of any length. To await a number of microtasks would not be.
 */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    realScheduler.clock.later(resolve);
  });
}
