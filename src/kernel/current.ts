import { hub } from './events.js';
import type { SequenceOwner } from './sequence.js';
import type { Task } from './task.js';

/**
 * Runs a task inside a context, such as that of an `AsyncLocalStorage`. Calls `run` once, and returns its result or throws
 * its error. `run` never runs the same part of a task twice.
 */
export type AroundRun = (task: Task, run: () => boolean) => boolean;

type Run = (task: Task) => boolean;

let current: Task | null = null;
/** All wrappers, outermost first, and their composition, which is null if there is none. */
let layers: readonly AroundRun[] = [];
let around: Run | null = null;

let listeners: readonly ((task: Task) => void)[] = [];

/**
 * Called with every posted task, synchronously in the post, before the task is accepted. Its errors are thrown to the
 * caller of the post. Null, at no cost, while it is not needed.
 */
export let onPost: ((task: Task) => void) | null = null;

/**
 * Calls the user's code of `task`. It is the only place that does, with the only try/catch. Returns true if the task is
 * pending afterwards. It also reports the start to the hub, because listeners may ask which task runs.
 */
export function runTask(task: Task): boolean {
  // Nested when a task calls `testScheduler.run()`, lets fake timers tick, or is continued.
  const outer = current;
  current = task.whole;
  try {
    if (hub.isHeard) hub.started(task);
    return around === null ? task.run() : around(task);
  } catch (error) {
    task.fail(error);
    return task.keepOpen();
  } finally {
    current = outer;
  }
}

/** The task whose synchronous part is running now; null between tasks, and after an `await`. */
export function currentTask(): Task | null {
  return current;
}

/** The owner of the task that is running now. */
export function currentOwner(): SequenceOwner | null {
  return current === null ? null : current.sequence.owner;
}

/**
 * From now on every task runs inside `aroundRun`, until the returned function is called. It is nested inside the existing
 * wrappers or, if it is to be the outermost, around them.
 */
export function runTasksInside(aroundRun: AroundRun, isOutermost = false): () => void {
  setLayers(isOutermost ? [aroundRun, ...layers] : [...layers, aroundRun]);
  return () => setLayers(layers.filter((layer) => layer !== aroundRun));
}

/** From now on `listener` is called at every post, until the returned function is called. */
export function listenToPosts(listener: (task: Task) => void): () => void {
  setListeners([...listeners, listener]);
  return () => setListeners(listeners.filter((other) => other !== listener));
}

function setLayers(next: readonly AroundRun[]): void {
  layers = next;
  if (next.length === 0) around = null;
  else around = next.reduceRight<Run>((inner, layer) => (task) => layer(task.whole, () => inner(task)), runPlainly);
}

function setListeners(next: typeof listeners): void {
  listeners = next;
  if (next.length < 2) onPost = next[0] ?? null;
  else onPost = (task) => next.forEach((listener) => listener(task));
}

function runPlainly(task: Task): boolean {
  return task.run();
}
