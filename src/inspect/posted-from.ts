import { listenToPosts } from '../kernel/current.js';
import { knowledge } from '../kernel/failures.js';
import type { Task } from '../kernel/task.js';
import { CallSite } from './call-site.js';

let sites: WeakMap<Task, CallSite> | null = null;
let users = 0;
let stop: () => void = () => undefined;

/** From now on it is kept where each task was posted, until whoever asked for it has called the function it returns. */
export function keepCallSites(): () => void {
  if (users++ === 0) {
    const kept = (sites = new WeakMap());
    knowledge.postedFrom = postedFrom;
    stop = listenToPosts((task) => kept.set(task, new CallSite()));
  }
  return () => {
    if (--users > 0) return;
    sites = null;
    stop();
  };
}

/** Where `task` was posted, to be made into text when somebody looks at it; null when it was not kept. */
export function callSiteOf(task: Task): CallSite | null {
  return sites?.get(task) ?? null;
}

/** `file:line` where `task` was posted, outside of this library and RxJS; `undefined` when that is not known. */
export function postedFrom(task: Task): string | undefined {
  return textOf(callSiteOf(task));
}

/** The text of a call site, if it has one. */
export function textOf(site: CallSite | null): string | undefined {
  const text = site === null ? '' : site.toString();
  return text === '' ? undefined : text;
}
