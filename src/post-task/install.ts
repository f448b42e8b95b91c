import { demandOptions } from '../base/demand.js';
import { scheduler } from './scheduler.js';
import { TaskController } from './task-controller.js';
import { TaskPriorityChangeEvent } from './task-priority-change-event.js';
import { TaskSignal } from './task-signal.js';

/** Options of {@link install}. */
export interface InstallOptions {
  /** Defaults to false. With true it replaces the runtime's own scheduler. */
  readonly force?: boolean | undefined;
}

/**
 * Defines `scheduler`, `TaskController`, `TaskSignal` and `TaskPriorityChangeEvent` as globals, unless the runtime has a
 * scheduler with `postTask` and `yield`. It defines all four or none, because a scheduler ignores the priority of another
 * implementation's signal.
 *
 * ```ts
 * install(); // at the start of a program that runs in old browsers or in Node too
 * await globalThis.scheduler.yield();
 * ```
 *
 * @param target where they are defined; defaults to `globalThis`
 * @returns a function that restores the previous globals
 * @throws TypeError when `options` is not an object, or properties cannot be defined on `target`
 */
export function install(target: object = globalThis, options?: InstallOptions): () => void {
  demandOptions(options);
  if (options?.force !== true && isComplete(target)) return () => undefined;
  const before = Object.entries({ scheduler, TaskController, TaskSignal, TaskPriorityChangeEvent }).map(
    ([name, value]) => {
      const descriptor = Object.getOwnPropertyDescriptor(target, name);
      Object.defineProperty(target, name, {
        value,
        writable: true,
        configurable: true,
        enumerable: name === 'scheduler',
      });
      return { name, descriptor };
    },
  );
  return () => {
    for (const { name, descriptor } of before) {
      if (descriptor === undefined) Reflect.deleteProperty(target, name);
      else Object.defineProperty(target, name, descriptor);
    }
  };
}

function isComplete(target: object): boolean {
  const { postTask, yield: giveWay } = (target as { scheduler?: Partial<typeof scheduler> }).scheduler ?? {};
  return typeof postTask === 'function' && typeof giveWay === 'function';
}
