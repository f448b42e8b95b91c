import type { SchedulerObserver } from './scheduler-observer.js';
import type { SequenceOwner } from './sequence-owner.js';
import type { Task } from './task.js';

/**
 * Runs a task inside a context of its own, such as that of an `AsyncLocalStorage`. Calls `run`, which never runs the
 * same part of a task twice, once, and gives what that gave or throws what that threw.
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
 * afterwards. Whoever watches is told of its start as part of it, since they may ask what runs.
 */
export function runTask(task: Task, observer: SchedulerObserver | null): boolean {
  // Nested when a task calls `testScheduler.run()`, or lets fake timers tick.
  const outer = current;
  current = task;
  try {
    observer?.started(task);
    return around === null ? task.run() : around(task);
  } catch (error) {
    task.fail(error);
    // One that has yielded, and was to go on, holds a worker as long as its code has not ended.
    return task.sequence.workers.pending.has(task);
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
  else around = next.reduceRight<Run>((inner, layer) => (task) => layer(task, () => inner(task)), runPlainly);
}

function setListeners(next: typeof listeners): void {
  listeners = next;
  if (next.length < 2) onPost = next[0] ?? null;
  else onPost = (task) => next.forEach((listener) => listener(task));
}

function runPlainly(task: Task): boolean {
  return task.run();
}
