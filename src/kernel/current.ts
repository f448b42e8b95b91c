import { hub } from './events.js';
import type { SequenceOwner } from './sequence.js';
import type { Task } from './task.js';

/**
 * Runs a task inside a context of its own, such as that of an `AsyncLocalStorage`. Calls `run`, which never runs the
 * same part of a task twice, once, and returns what that returned or throws what that threw.
 */
export type AroundRun = (task: Task, run: () => boolean) => boolean;

type Run = (task: Task) => boolean;

let current: Task | null = null;
/** Outermost first; and all of them in one, null where there is none. */
let layers: readonly AroundRun[] = [];
let around: Run | null = null;

let listeners: readonly ((task: Task) => void)[] = [];

/**
 * Called with every task that is posted, in the code that posts it, before it is taken in. What it throws is thrown to
 * whoever posts. Null, and free, unless somebody asks for it.
 */
export let onPost: ((task: Task) => void) | null = null;

/**
 * Calls the user's code of `task`: the one place that does, in the one try/catch. `true` when the task is pending
 * afterwards. The hub is told of its start as part of it, since listeners may ask what runs.
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

/** Whom the task that is running now belongs to. */
export function currentOwner(): SequenceOwner | null {
  return current === null ? null : current.sequence.owner;
}

/**
 * From now on every task runs inside `aroundRun`, until the function that this returns is called: inside of what was
 * there before, or, if it is to be the outermost, outside of it.
 */
export function runTasksInside(aroundRun: AroundRun, isOutermost = false): () => void {
  setLayers(isOutermost ? [aroundRun, ...layers] : [...layers, aroundRun]);
  return () => setLayers(layers.filter((layer) => layer !== aroundRun));
}

/** From now on `listener` is called at every post, until the function that this returns is called. */
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
